import type { Item } from './item.ts'

/** Every key of the table. The team comes first, and from the authenticated caller only. */
export const teamPk = (teamId: string) => `TEAM#${teamId}`
export const hostPk = (teamId: string, hostId: string) => `TEAM#${teamId}#HOST#${hostId}`
export const taskPk = (teamId: string, taskId: string) => `TEAM#${teamId}#TASK#${taskId}`
export const approvalPk = (teamId: string, approvalId: string) => `TEAM#${teamId}#APPROVAL#${approvalId}`

/** What has no second part. */
export const only = '-'

/** Numbers sort as text only when they are equally long. */
export const padded = (n: number) => String(n).padStart(10, '0')

export const key = (pk: string, sk: string): Item => ({ pk: { S: pk }, sk: { S: sk } })

/** DynamoDB's `ttl` is in seconds. It may be days late, so it frees space and decides nothing. */
export const ttlOf = (epochMs: number) => Math.ceil(epochMs / 1_000)

/** Spreads what is due over eight partitions of the index; any even spread will do. */
export function dueShard(id: string): string {
  let sum = 0
  for (let index = 0; index < id.length; index += 1) sum = (sum * 31 + id.charCodeAt(index)) >>> 0
  return `DUE#${sum % 8}`
}
export const dueShards = Array.from({ length: 8 }, (_, shard) => `DUE#${shard}`)
