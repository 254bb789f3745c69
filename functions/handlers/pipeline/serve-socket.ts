import middy from '@middy/core'
import type { SocketPorts } from '../../ports/ports.ts'
import type { SocketRouteKey } from '../../routes.ts'
import type { SocketAnswer, SocketEvent } from './socket.ts'
import { callerOf } from './socket.ts'

export type ServeSocket = (event: SocketEvent) => Promise<SocketAnswer>
type Serve = (event: SocketEvent, ports: SocketPorts) => Promise<SocketAnswer>
export type SocketHandlers = Record<Exclude<SocketRouteKey, 'ping'>, Serve>

/** The WebSocket function: one line a request in the log, errors as answers, and the route's handler. */
export function serveSocket(handlers: SocketHandlers, ports: SocketPorts): ServeSocket {
  const serve = middy<SocketEvent, SocketAnswer>((event: SocketEvent) => {
    const handler = Object.hasOwn(handlers, event.requestContext.routeKey)
      ? handlers[event.requestContext.routeKey as keyof SocketHandlers]
      : handlers.$default
    return handler(event, ports)
  })
    .before(({ internal }) => {
      Object.assign(internal, { from: ports.clock.now() })
    })
    .after(({ event, response, internal }) => {
      const ms = ports.clock.now() - (internal as { from: number }).from
      ports.log.info('socket', { ...about(event), status: response?.statusCode, ms })
    })
    .onError(({ event, error }) => {
      ports.log.error('socket failed', about(event), error)
      return { statusCode: 500 }
    })
  return serve as unknown as ServeSocket
}

function about(event: SocketEvent): Record<string, string | undefined> {
  const caller = callerOf(event)
  const { routeKey, connectionId, requestId } = event.requestContext
  return { route: routeKey, connectionId, requestId, teamId: caller?.teamId, kid: caller?.kid }
}
