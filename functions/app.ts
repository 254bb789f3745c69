import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda'
import { refused } from '#protocol/errors.ts'
import type { HttpRouteName } from '#protocol/http.ts'
import { httpRoutes } from '#protocol/http.ts'
import { authorize } from './handlers/authorize.ts'
import { connect } from './handlers/connect.ts'
import { disconnect } from './handlers/disconnect.ts'
import { frameHandlers } from './handlers/frame-handlers.ts'
import { httpHandlers } from './handlers/http-handlers.ts'
import { problem } from './handlers/pipeline/http.ts'
import { serveFrame } from './handlers/pipeline/serve-frame.ts'
import { logged, type ServeHttp, serveHttp } from './handlers/pipeline/serve-http.ts'
import { type ServeSocket, serveSocket } from './handlers/pipeline/serve-socket.ts'
import { type Swept, sweep } from './handlers/sweep.ts'
import type { HttpPorts, Ports, SocketPorts, SweepPorts } from './ports/ports.ts'
import { routeKeyOf } from './routes.ts'

export type Authorize = (event: APIGatewayRequestAuthorizerEvent) => Promise<APIGatewayAuthorizerResult>

/** The four functions of the relay. Each composition root in `main/` takes its one, so that a bundle holds no more than it needs. */
export type App = { authorizer: Authorize; websocket: ServeSocket; http: ServeHttp; sweep: () => Promise<Swept> }

export const createAuthorizer =
  (ports: SocketPorts): Authorize =>
  (event) =>
    authorize(event, ports)

/** Serves every route of `socketRoutes` that is not the gateway's own. */
export function createSocketApp(ports: SocketPorts): ServeSocket {
  return serveSocket({ $connect: connect, $disconnect: disconnect, $default: serveFrame(frameHandlers) }, ports)
}

/** Serves every route of `protocol/http.ts`; whatever else arrives gets `route_not_found`. */
export function createHttpApp(ports: HttpPorts): ServeHttp {
  const served = new Map<string, ServeHttp>()
  for (const name of Object.keys(httpRoutes) as HttpRouteName[])
    served.set(routeKeyOf(httpRoutes[name]), serveRoute(name, ports))
  const otherwise = logged(async () => problem(refused('route_not_found'), ports.clock.now()), ports)
  return (event) => (served.get(event.routeKey) ?? otherwise)(event)
}

const serveRoute = <N extends HttpRouteName>(name: N, ports: HttpPorts): ServeHttp =>
  serveHttp<N>(httpRoutes[name], httpHandlers[name], ports)

export const createSweep = (ports: SweepPorts) => () => sweep(ports)

export const createApp = (ports: Ports): App => ({
  authorizer: createAuthorizer(ports),
  websocket: createSocketApp(ports),
  http: createHttpApp(ports),
  sweep: createSweep(ports),
})
