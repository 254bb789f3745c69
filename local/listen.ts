import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

export type Handlers = {
  request(request: IncomingMessage, response: ServerResponse): Promise<void>
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void>
}
export type Listening = { port: number; serve(handlers: Handlers): void; close(): Promise<void> }

/**
 * Listens on loopback only, on both of its addresses: a browser asks for `localhost` on either, and what is left free could be taken by another program.
 * Requests wait until there is somebody to serve them. Null: the port is in use.
 */
export async function listen(port: number): Promise<Listening | null> {
  for (let tries = 1; tries <= 10; tries += 1) {
    const { promise: handlers, resolve: serve } = Promise.withResolvers<Handlers>()
    const four = await listenOn('127.0.0.1', port, handlers)
    if (typeof four === 'string') return null
    const chosen = (four.address() as AddressInfo).port
    const six = await listenOn('::1', chosen, handlers)
    if (six !== 'in-use') {
      const servers = six === 'no-such-address' ? [four] : [four, six]
      return { port: chosen, serve, close: () => closeAll(servers) }
    }
    await closeAll([four])
    if (port !== 0) return null
  }
  return null
}

type Listened = Server | 'in-use' | 'no-such-address'

function listenOn(host: '127.0.0.1' | '::1', port: number, handlers: Promise<Handlers>): Promise<Listened> {
  const server = createServer(async (request, response) => {
    await (await handlers).request(request, response).catch(() => response.destroy())
  })
  server.on('upgrade', async (request, stream, head) => {
    stream.on('error', () => stream.destroy())
    await (await handlers).upgrade(request, stream, head).catch(() => stream.destroy())
  })
  server.on('clientError', (_, stream) => {
    if (stream.writable) stream.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n')
  })
  // Longer than a proxy in front keeps its side: a request must not meet a connection that is just being closed.
  server.keepAliveTimeout = 75_000
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve('in-use')
      else if (host === '::1') resolve('no-such-address')
      else reject(error)
    })
    server.listen(port, host, () => resolve(server))
  })
}

async function closeAll(servers: Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve())
          server.closeAllConnections()
        }),
    ),
  )
}
