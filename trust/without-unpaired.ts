import { TrustEntry } from '#protocol/statements/trust-entry.ts'
import { parseJws } from './jws.ts'
import type { TeamState } from './trust-log.ts'

/** A device that a host takes nothing from any more. `n`: the log's last entry when it was unpaired; `at`: epoch milliseconds. */
export type Unpaired = { kid: string; n: number; at: number }

/**
 * The team as it counts where devices were unpaired: they stand in it no more, and neither does whoever they have let in, or given rights, since. The log itself stays as it is,
 * so that it can go on. No one unpaired: the team as it is.
 */
export function withoutUnpaired(state: TeamState, unpaired: readonly Unpaired[]): TeamState {
  if (unpaired.length === 0) return state
  const out = new Map(unpaired.map(({ kid, n, at }) => [kid, { n, at }]))
  for (const [n, jws] of state.entries.entries()) {
    const parsed = parseJws(jws)
    const entry = parsed.ok ? TrustEntry.safeParse(parsed.value.payload) : null
    const by = parsed.ok ? out.get(parsed.value.header.kid) : undefined
    if (!entry?.success) continue
    const made = madeBy(entry.data)
    // New keys of an unpaired device are still that device, whoever gave them.
    const since = entry.data.type === 'RotateKey' ? (out.get(entry.data.kid) ?? by) : by
    const isSince = since !== undefined && (n > since.n || (entry.data.type === 'RotateKey' && out.has(entry.data.kid)))
    if (made !== null && isSince && !out.has(made)) out.set(made, { n, at: since.at })
  }
  const keys = new Map(state.keys)
  for (const [kid, { at }] of out) {
    const key = keys.get(kid)
    if (key && key.removedAt === null) keys.set(kid, { ...key, removedAt: at })
  }
  return { ...state, keys }
}

/** The key that an entry lets in or gives rights; null: none. */
function madeBy(entry: TrustEntry): string | null {
  if (entry.type === 'AddDevice') return entry.device.kid
  if (entry.type === 'RotateKey') return entry.keys.kid
  return entry.type === 'SetRights' ? entry.kid : null
}
