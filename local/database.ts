import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Database } from '#functions/adapters/dynamodb/database.ts'
import { table } from '#functions/table.ts'
import { createTable } from './create-table.ts'
import { startEngine } from './engine.ts'
import { loopbackHttp } from './loopback-http.ts'
import { quiet } from './quiet.ts'
import type { RelayLog } from './relay-log.ts'
import { staticSigner } from './static-signer.ts'

export type LocalDatabase = { db: Database; engineUrl: string; enginePid(): number | null; close(): Promise<void> }

const name = 'countersign'

/** The embedded engine on files in `dataDir`, behind the real client. Null: there is no engine for this machine. */
export async function openDatabase(dataDir: string, log: RelayLog): Promise<LocalDatabase | null> {
  const engine = await startEngine(dataDir, log)
  if (!engine) return null
  const client = new DynamoDBClient({
    endpoint: engine.url,
    region: 'local',
    // The engine takes any; it listens on loopback only.
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    signer: staticSigner('local', 'dynamodb'),
    // An engine that is just being started again is waited for.
    maxAttempts: 8,
    requestHandler: loopbackHttp(engine.url),
  })
  await createTable(quiet(client), name)
  return {
    db: { client, table: name, dueIndex: table.dueIndex.name },
    engineUrl: engine.url,
    enginePid: engine.pid,
    async close() {
      client.destroy()
      await engine.close()
    },
  }
}
