import { randomBytes } from 'node:crypto'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { dynamoTeams } from '#functions/adapters/dynamodb/teams.ts'
import { claimHash } from '#functions/domain/content-hash.ts'
import type { TestRelay } from './relay.ts'

/** One more claim code at a relay that has spent its own: for tests of what teams can do to one another. */
export async function secondClaim(relay: TestRelay): Promise<string> {
  const client = new DynamoDBClient({
    endpoint: relay.engineUrl,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const { TableNames = [] } = await client.send(new ListTablesCommand({}))
  const code = randomBytes(20).toString('base64url')
  const teams = dynamoTeams({ client, table: TableNames[0] ?? '', dueIndex: 'due' })
  await teams.offerClaim(claimHash(code), Date.now() + 60_000)
  client.destroy()
  return code
}
