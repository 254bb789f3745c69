import { refused } from '#protocol/errors.ts'
import type { HttpRouteName } from '#protocol/http.ts'
import { httpRoutes } from '#protocol/http.ts'
import { httpHandlers } from './handlers/http-handlers.ts'
import { problem } from './handlers/pipeline/http.ts'
import { logged, type ServeHttp, serveHttp } from './handlers/pipeline/serve-http.ts'
import type { HttpPorts } from './ports/ports.ts'
import { routeKeyOf } from './routes.ts'

/** Serves every route of `protocol/http.ts`; whatever else arrives gets `route_not_found`. */
export function createHttpApp(ports: HttpPorts): ServeHttp {
  const names = Object.keys(httpRoutes) as HttpRouteName[]
  const served = new Map(names.map((name) => [routeKeyOf(httpRoutes[name]), serveRoute(name, ports)]))
  const otherwise = logged(async () => problem(refused('route_not_found'), ports.clock.now()), ports)
  return (event) => (served.get(event.routeKey) ?? otherwise)(event)
}

const serveRoute = <N extends HttpRouteName>(name: N, ports: HttpPorts): ServeHttp =>
  serveHttp<N>(httpRoutes[name], httpHandlers[name], ports)
