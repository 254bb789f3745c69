import { TrustEntry } from '#protocol/statements/trust-entry.ts'
import { typ } from '#protocol/statements/typ.ts'
import type { CryptoPort } from './crypto.ts'
import { headerOf, parseJws, verifySignature } from './jws.ts'
import { isOwner, type TeamState } from './team-state.ts'
import { appendEntry, readLog } from './trust-log.ts'

/** From place `n` on there are two branches. `other`: the one that is not pinned, from there on, as far as it verifies; empty when only what stands on it was shown. */
export type Branches = { n: number; other: string[] }

/**
 * Whether a log that was shown, from entry `from` on, is a real fork of the pinned one: an owner has signed another entry for a place that the pinned log has filled, or an
 * entry on another head. What is merely mauled, made up or left out is none (null): a relay could freeze every team with it.
 */
export async function findFork(
  c: CryptoPort,
  pinned: TeamState,
  { from, entries }: { from: number; entries: readonly string[] },
): Promise<Branches | null> {
  const at = entries.findIndex((jws, index) => pinned.entries[from + index] !== jws)
  const jws = entries[at]
  if (jws === undefined) return null
  const n = from + at
  if (n === 0) return null
  if (n < pinned.entries.length) {
    const before = await readLog(c, pinned.entries.slice(0, n))
    if (!before.ok || !isByOwner(before.value, jws)) return null
    const other = await readOn(c, before.value, entries.slice(at))
    return other.length > 0 ? { n, other } : null
  }
  return n === pinned.entries.length && (await isOnAnotherHead(c, pinned, jws)) ? { n, other: [] } : null
}

/** As many of the entries as verify one after another. */
async function readOn(c: CryptoPort, before: TeamState, entries: readonly string[]): Promise<string[]> {
  let state = before
  for (const jws of entries) {
    const next = await appendEntry(c, state, jws)
    if (!next.ok) break
    state = next.value
  }
  return state.entries.slice(before.entries.length)
}

/** Who is no owner signs new keys for itself in the log, and freezes nobody with them. */
function isByOwner(state: TeamState, jws: string): boolean {
  const header = headerOf(jws)
  return header.ok && isOwner(state.keys.get(header.value.kid))
}

async function isOnAnotherHead(c: CryptoPort, pinned: TeamState, jws: string): Promise<boolean> {
  const parsed = parseJws(jws)
  if (!parsed.ok || parsed.value.header.typ !== typ.trust) return false
  const entry = TrustEntry.safeParse(parsed.value.payload)
  const signer = pinned.keys.get(parsed.value.header.kid)
  if (!entry.success || !isOwner(signer) || entry.data.type === 'Genesis') return false
  const { team, n, prev } = entry.data
  const isOther = team === pinned.teamId && n === pinned.head.n + 1 && prev !== pinned.head.hash
  return isOther && verifySignature(c, signer.keys.sign, parsed.value)
}
