import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import { apiGatewayConnections } from '#functions/adapters/api-gateway/connections.ts'
import type { Connections } from '#functions/ports/connections.ts'
import type { Log } from '#functions/ports/log.ts'
import type { Management } from './gateway/management.ts'
import { loopbackHttp } from './loopback-http.ts'
import { quiet } from './quiet.ts'
import { staticSigner } from './static-signer.ts'

/** The real management client, pointed at this machine's gateway with the key that the gateway drew. */
export function managedConnections({ url, accessKeyId }: Management, log: Log): Connections {
  const client = new ApiGatewayManagementApiClient({
    endpoint: url,
    region: 'local',
    credentials: { accessKeyId, secretAccessKey: 'local' },
    signer: staticSigner(accessKeyId, 'execute-api'),
    maxAttempts: 1,
    requestHandler: loopbackHttp(url),
  })
  return apiGatewayConnections(quiet(client), log)
}
