import type { PublicKeys } from '#protocol/keys.ts'
import type { TeamState } from '#trust/trust-log.ts'

type Kind = 'device' | 'host'
export type KeyChange = { add: { kind: Kind; keys: PublicKeys }[]; remove: { kind: Kind; kid: string }[] }

/** What a new entry of the trust log changes among the keys that may use the relay. `before` is null where the team begins. */
export function keyChange(before: TeamState | null, after: TeamState): KeyChange {
  const change: KeyChange = { add: [], remove: [] }
  for (const [kid, key] of after.keys) {
    const was = before?.keys.get(kid)
    const wasThere = was !== undefined && was.removedAt === null
    if (key.removedAt === null && !wasThere) change.add.push({ kind: key.kind, keys: key.keys })
    if (key.removedAt !== null && wasThere) change.remove.push({ kind: key.kind, kid })
  }
  // Of a branch that lost nothing stays, not even that a key was there.
  for (const [kid, { kind, removedAt }] of before?.keys ?? [])
    if (removedAt === null && !after.keys.has(kid)) change.remove.push({ kind, kid })
  return change
}

/** Ids of the hosts that belong to the team now. */
export const hostIds = (state: TeamState): string[] =>
  [...state.keys].flatMap(([kid, key]) => (key.kind === 'host' && key.removedAt === null ? [`hst_${kid}`] : []))
