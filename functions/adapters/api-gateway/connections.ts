import type { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi'
import { limits } from '#protocol/limits.ts'
import type { Connections } from '../../ports/connections.ts'
import type { Log } from '../../ports/log.ts'

/** Connections by API Gateway's management interface; the local gateway speaks it too. */
export function apiGatewayConnections(client: ApiGatewayManagementApiClient, log: Log): Connections {
  return {
    async post(connectionId, frame) {
      const Data = Buffer.from(JSON.stringify(frame))
      if (Data.length > limits.frameBytes) return 'too_large'
      try {
        await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }))
        return 'sent'
      } catch (error) {
        if (error instanceof GoneException) return 'gone'
        log.error('post failed', { connectionId, type: frame.type }, error)
        return 'failed'
      }
    },

    async close(connectionId) {
      try {
        await client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }))
      } catch (error) {
        if (!(error instanceof GoneException)) log.error('close failed', { connectionId }, error)
      }
    },

    async lastActiveAt(connectionId) {
      try {
        const { LastActiveAt } = await client.send(new GetConnectionCommand({ ConnectionId: connectionId }))
        return LastActiveAt?.getTime() ?? null
      } catch (error) {
        if (!(error instanceof GoneException)) log.error('presence failed', { connectionId }, error)
        return null
      }
    },
  }
}
