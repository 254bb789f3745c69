import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { newId } from '#protocol/ids.ts'
import { apiGatewayConnections } from '../adapters/api-gateway/connections.ts'
import type { Database } from '../adapters/dynamodb/database.ts'
import { socketRepositories } from '../adapters/dynamodb/repositories.ts'
import { jsonLog } from '../adapters/json-log.ts'
import type { SocketPorts } from '../ports/ports.ts'
import { table } from '../table.ts'
import { Environment, readEnvironment } from './environment.ts'

/** The ports that all functions have, made once a container from the environment. */
export function awsSocketPorts() {
  const environment = readEnvironment(Environment)
  const log = jsonLog((line) => process.stdout.write(`${line}\n`))
  const db: Database = {
    client: new DynamoDBClient({}),
    table: environment.TABLE,
    dueIndex: table.dueIndex.name,
  }
  const management = new ApiGatewayManagementApiClient({ endpoint: environment.MANAGEMENT_URL })
  const ports: SocketPorts = {
    settings: { origins: [environment.PUBLIC_ORIGIN], socketUrl: environment.SOCKET_URL },
    clock: { now: () => Date.now() },
    log,
    newInboxId: (now) => newId('inb', now),
    connections: apiGatewayConnections(management, log),
    ...socketRepositories(db),
  }
  return { ports, db, environment }
}
