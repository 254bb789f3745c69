import { connect } from './handlers/connect.ts'
import { disconnect } from './handlers/disconnect.ts'
import { frameHandlers } from './handlers/frame-handlers.ts'
import { serveFrame } from './handlers/pipeline/serve-frame.ts'
import { type ServeSocket, serveSocket } from './handlers/pipeline/serve-socket.ts'
import type { SocketPorts } from './ports/ports.ts'

/** Serves every route of `socketRoutes` that is not the gateway's own. */
export const createSocketApp = (ports: SocketPorts): ServeSocket =>
  serveSocket({ $connect: connect, $disconnect: disconnect, $default: serveFrame(frameHandlers) }, ports)
