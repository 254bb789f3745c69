import { type Authorize, authorizer } from './handlers/authorize.ts'
import type { ServeHttp } from './handlers/pipeline/serve-http.ts'
import type { ServeSocket } from './handlers/pipeline/serve-socket.ts'
import { type Swept, sweep } from './handlers/sweep.ts'
import { createHttpApp } from './http-app.ts'
import type { Ports } from './ports/ports.ts'
import { createSocketApp } from './socket-app.ts'

/** The four functions of the relay, by the names of `routes.ts`. */
export type App = { authorizer: Authorize; websocket: ServeSocket; http: ServeHttp; sweep: () => Promise<Swept> }

/** The whole relay on one set of ports. In AWS each function is made by itself (`main/`), so that its bundle holds no more than it needs. */
export const createApp = (ports: Ports): App => ({
  authorizer: authorizer(ports),
  websocket: createSocketApp(ports),
  http: createHttpApp(ports),
  sweep: () => sweep(ports),
})
