import { type AttributeValue, BatchWriteItemCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { table } from '#functions/table.ts'

/**
 * What DynamoDB does by itself and an embedded engine does not: deletes items whose `ttl` is over. It belongs to the engine, not to the relay, and so may
 * look at the whole table; the relay never scans. Answers how many it deleted.
 */
export async function deleteExpired(client: DynamoDBClient, name: string, now: number): Promise<number> {
  let deleted = 0
  let start: Record<string, AttributeValue> | undefined
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand({
        TableName: name,
        FilterExpression: '#ttl < :now',
        ProjectionExpression: '#pk, #sk',
        ExpressionAttributeNames: { '#ttl': table.ttl, '#pk': table.partitionKey, '#sk': table.sortKey },
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1_000)) } },
        Limit: 500,
        ExclusiveStartKey: start,
      }),
    )
    for (let from = 0; from < Items.length; from += 25) {
      const requests = Items.slice(from, from + 25).map((Key) => ({ DeleteRequest: { Key } }))
      await client.send(new BatchWriteItemCommand({ RequestItems: { [name]: requests } }))
      deleted += requests.length
    }
    start = LastEvaluatedKey
  } while (start)
  return deleted
}
