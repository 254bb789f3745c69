import * as z from 'zod/mini'
import { LaterPush } from '#protocol/envelope.ts'
import type { NewApproval, OpenApproval, PushRetry } from '../../ports/approvals.ts'
import type { Item } from './item.ts'
import { item, number, numberOrNull, parsedOrNull, setOf, text, textOrNull } from './item.ts'
import { dueShard, teamPk } from './keys.ts'

const Later = z.array(LaterPush)

/** The small item that changes while an approval is open; due when it ends, or when somebody else is to be told. It has no `ttl`: it stays until it is settled or has expired. */
export const openItem = (teamId: string, { id, hostId, connectionId, expiresAt, later }: NewApproval): Item =>
  item({
    pk: teamPk(teamId),
    sk: `OPEN#${id}`,
    hostId,
    connectionId,
    expiresAt,
    dueAt: Math.min(expiresAt, later[0]?.at ?? expiresAt),
    later: later.length > 0 ? { json: later } : null,
    dueShard: dueShard(id),
  })

export const openRow = (row: Item): OpenApproval => ({
  id: text(row, 'sk').slice('OPEN#'.length),
  hostId: text(row, 'hostId'),
  connectionId: textOrNull(row, 'connectionId'),
  expiresAt: number(row, 'expiresAt'),
  retry: retryOf(row),
  later: parsedOrNull(row, 'later', Later) ?? [],
})

export function retryOf(row: Item): PushRetry | null {
  const tries = numberOrNull(row, 'retryTries')
  return tries === null ? null : { kids: setOf(row, 'retryKids'), tries }
}
