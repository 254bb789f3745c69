/**
 * The one table, read by `infra/` and by `local/`, so that cloud and laptop can't disagree. Names of attributes only: what is kept under which key
 * is in `adapters/dynamodb/keys.ts`. `ttl` is in seconds, DynamoDB's word; every other time is in milliseconds.
 */
export const table = {
  partitionKey: 'pk',
  sortKey: 'sk',
  ttl: 'ttl',
  /** Sparse: only what has a time to act at. Keys only, because an update of an item bills its copy in every index. */
  dueIndex: { name: 'due', partitionKey: 'dueShard', sortKey: 'dueAt', projection: 'KEYS_ONLY', shards: 8 },
} as const
