import type { Database } from '../adapters/dynamodb/database.ts'
import { relaySecret } from '../adapters/dynamodb/relay-secret.ts'
import { webPushes } from '../adapters/web-push/pushes.ts'
import { generateVapidKeys } from '../adapters/web-push/vapid.ts'
import type { SocketPorts } from '../ports/ports.ts'

/** Web Push with the deployment's own keys: made by the first function that needs them and kept in the table, which is encrypted at rest. */
export async function awsPushes(db: Database, { clock, log }: SocketPorts, origin: string) {
  const { publicKey, privateKey } = await relaySecret(db, 'vapid', generateVapidKeys)
  return webPushes({ publicKey, privateKey, subject: origin }, { clock, log, appOrigin: origin })
}
