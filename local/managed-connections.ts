import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import { apiGatewayConnections } from '#functions/adapters/api-gateway/connections.ts'
import type { Connections } from '#functions/ports/connections.ts'
import type { Log } from '#functions/ports/log.ts'
import type { Management } from './gateway/management.ts'
import { quiet } from './quiet.ts'
import { staticSigner } from './static-signer.ts'

/** The real management client, whose requests this process's own gateway answers. */
export function managedConnections(management: Management, log: Log): Connections {
  const client = new ApiGatewayManagementApiClient({
    endpoint: 'http://connections.localhost',
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    signer: staticSigner('local', 'execute-api'),
    maxAttempts: 1,
    requestHandler: management,
  })
  return apiGatewayConnections(quiet(client), log)
}
