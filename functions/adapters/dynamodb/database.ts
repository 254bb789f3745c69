import type { DynamoDBClient, TransactWriteItem, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { Item, Value } from './item.ts'
import { value } from './item.ts'
import { key } from './keys.ts'

export type Database = { client: DynamoDBClient; table: string; dueIndex: string }

type Values = Record<string, Value>
type Expressions = { condition?: string; names?: Record<string, string>; values?: Values }
export type Change = Expressions & { pk: string; sk: string; update: string }

const marshalled = (values: Values) =>
  Object.fromEntries(Object.entries(values).map(([name, each]) => [name, value(each)]))
const expressions = ({ condition, names, values }: Expressions) => ({
  ...(condition ? { ConditionExpression: condition } : {}),
  ...(names ? { ExpressionAttributeNames: names } : {}),
  ...(values ? { ExpressionAttributeValues: marshalled(values) } : {}),
})

/** One item, read consistently: every decision is taken on what was really written last. */
export async function get(db: Database, pk: string, sk: string): Promise<Item | null> {
  const { Item } = await db.client.send(
    new GetItemCommand({ TableName: db.table, Key: key(pk, sk), ConsistentRead: true }),
  )
  return Item ?? null
}

/** Part of a partition. `within` is inclusive; `after` is a sort key, exclusive, in the direction of reading, and need not exist. */
export type Range = {
  pk: string
  prefix?: string
  within?: readonly [string, string]
  after?: string | null
  limit?: number
  backwards?: boolean
}

/** One page of a partition, read consistently. */
export async function page(db: Database, range: Range): Promise<{ items: Item[]; more: boolean }> {
  const { pk, prefix, within, after, limit, backwards = false } = range
  const condition = within ? ' AND sk BETWEEN :from AND :to' : prefix ? ' AND begins_with(sk, :prefix)' : ''
  const { Items = [], LastEvaluatedKey } = await db.client.send(
    new QueryCommand({
      TableName: db.table,
      KeyConditionExpression: `pk = :pk${condition}`,
      ExpressionAttributeValues: marshalled({
        ':pk': pk,
        ...(within ? { ':from': within[0], ':to': within[1] } : prefix ? { ':prefix': prefix } : {}),
      }),
      ConsistentRead: true,
      ScanIndexForward: !backwards,
      ...(after ? { ExclusiveStartKey: key(pk, after) } : {}),
      ...(limit === undefined ? {} : { Limit: limit }),
    }),
  )
  return { items: Items, more: LastEvaluatedKey !== undefined }
}

/** Every item of a range, page after page: only for what a limit bounds. */
export async function all(db: Database, range: Omit<Range, 'limit' | 'after'>): Promise<Item[]> {
  const found: Item[] = []
  for (let after: string | null = null; ; ) {
    const { items, more }: { items: Item[]; more: boolean } = await page(db, { ...range, after })
    found.push(...items)
    after = items.at(-1)?.sk?.S ?? null
    if (!more || after === null) return found
  }
}

export async function count(db: Database, range: { pk: string; prefix: string; limit: number }): Promise<number> {
  const { Count = 0 } = await db.client.send(
    new QueryCommand({
      TableName: db.table,
      Select: 'COUNT',
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: marshalled({ ':pk': range.pk, ':prefix': range.prefix }),
      ConsistentRead: true,
      Limit: range.limit,
    }),
  )
  return Count
}

/** False when the condition did not hold. */
export async function put(db: Database, item: Item, when: Expressions = {}): Promise<boolean> {
  return held(() => db.client.send(new PutItemCommand({ TableName: db.table, Item: item, ...expressions(when) })))
}

/** The item after the change, null when the condition did not hold. */
export async function update(db: Database, change: Change): Promise<Item | null> {
  const { pk, sk, update, ...rest } = change
  const input: UpdateItemCommandInput = {
    TableName: db.table,
    Key: key(pk, sk),
    UpdateExpression: update,
    ReturnValues: 'ALL_NEW',
    ...expressions(rest),
  }
  try {
    return (await db.client.send(new UpdateItemCommand(input))).Attributes ?? {}
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return null
    throw error
  }
}

/** Deletes or puts many items without a condition, 25 a call (DynamoDB's limit), again for those it did not take. */
export async function batch(db: Database, requests: ({ put: Item } | { remove: Item })[]): Promise<void> {
  const pending = requests.map((request) =>
    'put' in request ? { PutRequest: { Item: request.put } } : { DeleteRequest: { Key: request.remove } },
  )
  for (let tries = 0; pending.length > 0; tries += 1) {
    if (tries > 20) throw new Error('batch is not taken')
    const now = pending.splice(0, 25)
    const { UnprocessedItems } = await db.client.send(new BatchWriteItemCommand({ RequestItems: { [db.table]: now } }))
    pending.push(...((UnprocessedItems?.[db.table] ?? []) as typeof pending))
    if (!UnprocessedItems?.[db.table]?.length) tries = 0
  }
}

export type Write =
  | ({ put: Item } & Expressions)
  | ({ remove: Item } & Expressions)
  | ({ check: Item } & Expressions)
  | { change: Change }

function writeItem(db: Database, write: Write): TransactWriteItem {
  const TableName = db.table
  if ('put' in write) return { Put: { TableName, Item: write.put, ...expressions(write) } }
  if ('remove' in write) return { Delete: { TableName, Key: write.remove, ...expressions(write) } }
  if ('check' in write) {
    return {
      ConditionCheck: {
        TableName,
        Key: write.check,
        ConditionExpression: 'attribute_exists(pk)',
        ...expressions(write),
      },
    }
  }
  const { pk, sk, update, ...rest } = write.change
  return { Update: { TableName, Key: key(pk, sk), UpdateExpression: update, ...expressions(rest) } }
}

/**
 * All or nothing. Answers the index of the first write whose condition did not hold, null when all were done. Two transactions that meet on an item
 * are tried again: which of them wins is for the conditions to say.
 */
export async function transact(db: Database, writes: Write[]): Promise<number | null> {
  for (let tries = 1; ; tries += 1) {
    try {
      await db.client.send(
        new TransactWriteItemsCommand({ TransactItems: writes.map((write) => writeItem(db, write)) }),
      )
      return null
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      const codes = error.CancellationReasons?.map(({ Code }) => Code) ?? []
      const failed = codes.indexOf('ConditionalCheckFailed')
      if (failed >= 0) return failed
      if (!codes.includes('TransactionConflict') || tries >= 5) throw error
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** tries))
    }
  }
}

async function held(send: () => Promise<unknown>): Promise<boolean> {
  try {
    await send()
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
