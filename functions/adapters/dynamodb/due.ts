import { QueryCommand } from '@aws-sdk/client-dynamodb'
import type { Due, DueItem } from '../../ports/due.ts'
import type { Database } from './database.ts'
import type { Item } from './item.ts'
import { text } from './item.ts'
import { dueShards } from './keys.ts'

export function dynamoDue(db: Database): Due {
  return {
    async *pages(now) {
      for (const shard of dueShards) {
        let start: Item | undefined
        do {
          const { Items = [], LastEvaluatedKey } = await db.client.send(
            new QueryCommand({
              TableName: db.table,
              IndexName: db.dueIndex,
              KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
              ExpressionAttributeValues: { ':shard': { S: shard }, ':now': { N: String(now) } },
              ExclusiveStartKey: start,
            }),
          )
          const due = Items.flatMap(dueItem)
          if (due.length > 0) yield due
          start = LastEvaluatedKey
        } while (start)
      }
    },
  }
}

/** The keys say what it is; a row of another kind is not ours to act on. */
function dueItem(row: Item): DueItem[] {
  const [, teamId, , owner] = text(row, 'pk').split('#')
  const [kind, id] = text(row, 'sk').split('#')
  if (!teamId) return []
  if (kind === 'IN' && owner && id) return [{ kind: 'inbox', teamId, hostId: owner, inboxId: id }]
  if (kind === 'OPEN' && id) return [{ kind: 'approval', teamId, approvalId: id }]
  if (kind === 'HEAD' && owner) return [{ kind: 'receipt', teamId, approvalId: owner }]
  return []
}
