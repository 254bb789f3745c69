import type { NewApproval, OpenApproval, PushRetry } from '../../ports/approvals.ts'
import type { Item } from './item.ts'
import { item, number, numberOrNull, setOf, text, textOrNull } from './item.ts'
import { dueShard, teamPk } from './keys.ts'

/** The small item that changes while an approval is open; due when it ends. It has no `ttl`: it stays until it is settled or has expired. */
export const openItem = (teamId: string, { id, hostId, connectionId, expiresAt }: NewApproval): Item =>
  item({
    pk: teamPk(teamId),
    sk: `OPEN#${id}`,
    hostId,
    connectionId,
    expiresAt,
    dueAt: expiresAt,
    dueShard: dueShard(id),
  })

export const openRow = (row: Item): OpenApproval => ({
  id: text(row, 'sk').slice('OPEN#'.length),
  hostId: text(row, 'hostId'),
  connectionId: textOrNull(row, 'connectionId'),
  expiresAt: number(row, 'expiresAt'),
  retry: retryOf(row),
})

export function retryOf(row: Item): PushRetry | null {
  const tries = numberOrNull(row, 'retryTries')
  return tries === null ? null : { kids: setOf(row, 'retryKids'), tries }
}
