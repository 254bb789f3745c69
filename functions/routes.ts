import type { HttpRouteName } from '#protocol/http.ts'

/** The Lambda functions, each with a composition root in `main/`. Web Push and S3 are only in `http` and `sweep`. */
export type FunctionName = 'websocket' | 'http' | 'authorizer' | 'sweep'

export type SocketRoute = {
  /** `mock`: the gateway answers by itself, without an invocation. */
  integration: Extract<FunctionName, 'websocket'> | 'mock'
  /** The returned body is sent back over the connection (API Gateway: a route response). */
  answers: boolean
}

/** Routes of the WebSocket API; frames are told apart by `type`, and all but `ping` go to `$default`. */
export const socketRoutes = {
  $connect: { integration: 'websocket', answers: false },
  $disconnect: { integration: 'websocket', answers: false },
  $default: { integration: 'websocket', answers: true },
  ping: { integration: 'mock', answers: true },
} as const satisfies Record<string, SocketRoute>

export type SocketRouteKey = keyof typeof socketRoutes

/** What the gateway itself answers to `ping`. */
export const pong = '{"type":"pong"}'

/** Every HTTP route of `protocol/http.ts` is served by one function; what matches no route goes to it as well and gets `route_not_found`. */
export const httpFunction: FunctionName = 'http'
export const httpDefaultRoute = '$default'

/** The sweep: what is due, once a minute. */
export const sweepEveryMinutes = 1

export const routeKeyOf = (route: { method: string; path: string }): string => `${route.method} ${route.path}`
export type { HttpRouteName }
