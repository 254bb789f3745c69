import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { limits } from '#protocol/limits.ts'
import { readBody, send } from './http.ts'
import type { LiveConnections } from './live-connections.ts'

export type Management = { url: string; accessKeyId: string; close(): void }

/**
 * `/@connections`, as the real management client speaks it. It listens on a loopback port of its own, and answers only to an access key that was drawn at
 * start and never leaves this process: on one machine, others can reach a loopback port too.
 */
export async function serveManagement(live: LiveConnections, clock: { now(): number }): Promise<Management> {
  const accessKeyId = randomBytes(24).toString('hex')
  const server: Server = createServer((request, response) => {
    void answer(live, clock, accessKeyId, request, response).catch(() => response.destroy())
  })
  // Its one caller keeps connections as long as it likes.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    accessKeyId,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function answer(
  live: LiveConnections,
  clock: { now(): number },
  accessKeyId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refuse = (status: number, type: string) => {
    response.setHeader('x-amzn-ErrorType', type)
    send(response, status, { message: type })
  }
  const given = /^AWS4-HMAC-SHA256 Credential=([0-9a-f]+)\//.exec(request.headers.authorization ?? '')?.[1]
  if (given === undefined || !equal(given, accessKeyId)) return refuse(403, 'ForbiddenException')
  const id = /^\/@connections\/([^/?]+)$/.exec(request.url ?? '')?.[1]
  if (id === undefined) return refuse(404, 'NotFoundException')
  const body = await readBody(request, limits.messageBytes)
  if (body === 'too-large') return refuse(413, 'PayloadTooLargeException')
  if (body === 'broken') return void response.destroy()
  const connection = live.get(decodeURIComponent(id))
  if (!connection || connection.socket.readyState !== connection.socket.OPEN) return refuse(410, 'GoneException')

  if (request.method === 'POST') {
    connection.lastActiveAt = clock.now()
    connection.socket.send(body.toString())
    return send(response, 200, {})
  }
  if (request.method === 'GET') {
    const { connectedAt, lastActiveAt, sourceIp, userAgent } = connection
    const iso = (time: number) => new Date(time).toISOString()
    return send(response, 200, {
      connectedAt: iso(connectedAt),
      lastActiveAt: iso(lastActiveAt),
      identity: { sourceIp, userAgent },
    })
  }
  if (request.method === 'DELETE') {
    connection.socket.close(1000, 'Closed by the relay')
    response.writeHead(204).end()
    return
  }
  refuse(405, 'MethodNotAllowedException')
}

/** In time that does not depend on where they differ, nor on how long they are. */
function equal(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(one), hash(other))
}
