import type { IncomingMessage, ServerResponse } from 'node:http'
import type { App } from '#functions/app.ts'
import type { Handlers } from '../listen.ts'
import { splitUrl } from './events.ts'
import { httpGateway, send } from './http.ts'
import type { LiveConnections } from './live-connections.ts'
import { socketGateway } from './socket.ts'

export const socketPath = '/v1/socket'

/** Serves what is not the relay's API: the app's files, blobs. False: not its path. */
export type OtherPaths = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/**
 * API Gateway on one machine: turns HTTP requests and WebSocket messages into its events, invokes the same functions, and enforces its limits with its
 * errors.
 */
export function createGateway(
  app: App,
  { live, others, clock }: { live: LiveConnections; others: OtherPaths; clock: { now(): number } },
): Handlers {
  const http = httpGateway(app.http, clock)
  const socket = socketGateway(app, live, clock)
  return {
    async request(request, response) {
      if (splitUrl(request)[0].startsWith('/v1/')) await http(request, response)
      else if (!(await others(request, response))) send(response, 404, { message: 'Not Found' })
    },

    async upgrade(request, stream, head) {
      if (splitUrl(request)[0] === socketPath) await socket.upgrade(request, stream, head)
      else stream.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n')
    },
  }
}
