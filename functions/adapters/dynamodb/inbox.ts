import { limits } from '#protocol/limits.ts'
import { InboxItem } from '#protocol/records.ts'
import type { Inbox } from '../../ports/inbox.ts'
import type { Database } from './database.ts'
import { batch, count, get, page, transact, update } from './database.ts'
import type { Item } from './item.ts'
import { item, numberOrNull, parsed, text } from './item.ts'
import { dueShard, hostPk, key, teamPk, ttlOf } from './keys.ts'

/** The row of an inbox item, to be put in the transaction of whatever it tells. */
export const inboxItem = (teamId: string, hostId: string, of: InboxItem, now: number): Item =>
  item({
    pk: hostPk(teamId, hostId),
    sk: `IN#${of.id}`,
    item: { json: of },
    dueAt: now + limits.inboxRehintMs,
    dueShard: dueShard(of.id),
    ttl: ttlOf(now + limits.retentionMs),
  })

/** Told again after 1, 2, 4 … minutes, at most an hour: the host reads its inbox anyway when it connects. */
const longestRetellMs = 3_600_000

export function dynamoInbox(db: Database): Inbox {
  return {
    async page(teamId, hostId, after, limit) {
      const { items, more } = await page(db, {
        pk: hostPk(teamId, hostId),
        prefix: 'IN#',
        limit,
        after: after && `IN#${after}`,
      })
      return { items: items.map((row) => parsed(row, 'item', InboxItem)), more }
    },

    count: (teamId, hostId, atMost) => count(db, { pk: hostPk(teamId, hostId), prefix: 'IN#', limit: atMost }),

    acknowledge: (teamId, hostId, ids) =>
      batch(
        db,
        [...new Set(ids)].map((id) => ({ remove: key(hostPk(teamId, hostId), `IN#${id}`) })),
      ),

    async addInput(teamId, hostId, input, contentHash) {
      const marker = { pk: teamPk(teamId), sk: `INPUT#${input.inputId}` }
      const failed = await transact(db, [
        {
          put: item({ ...marker, contentHash, ttl: ttlOf(input.at + limits.retentionMs) }),
          condition: 'attribute_not_exists(pk)',
        },
        { put: inboxItem(teamId, hostId, input, input.at) },
      ])
      if (failed === null) return 'done'
      const before = await get(db, marker.pk, marker.sk)
      return before && text(before, 'contentHash') === contentHash ? 'done' : 'id_reused'
    },

    async retell(teamId, hostId, inboxId, now) {
      const at = { pk: hostPk(teamId, hostId), sk: `IN#${inboxId}` }
      const row = await get(db, at.pk, at.sk)
      if (!row || (numberOrNull(row, 'dueAt') ?? 0) > now) return false
      const told = numberOrNull(row, 'told') ?? 0
      const dueAt = now + Math.min(limits.inboxRehintMs * 4 * 2 ** Math.min(told, 10), longestRetellMs)
      const changed = await update(db, {
        ...at,
        update: 'SET dueAt = :dueAt, told = :told',
        condition: 'attribute_exists(pk)',
        values: { ':dueAt': dueAt, ':told': told + 1 },
      })
      return changed !== null
    },
  }
}
