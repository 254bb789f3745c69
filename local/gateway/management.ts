import { limits } from '#protocol/limits.ts'
import type { LiveConnections } from './live-connections.ts'

/** What the SDK hands to its request handler, as far as the management client uses it. */
type Request = { method: string; path: string; body?: string | Uint8Array }
type Response = { statusCode: number; headers: Record<string, string>; body: Uint8Array }

/** A request handler of the SDK: what it is given never leaves this process. */
export type Management = {
  handle(request: Request): Promise<{ response: Response }>
  destroy(): void
  updateHttpClientConfig(): void
  httpHandlerConfigs(): object
}

/**
 * `/@connections`, as the real management client speaks it. The client and the connections are in one process, so the requests pass from hand to hand: there is no port
 * that others on this machine could reach, and a frame to a device costs a third.
 */
export const management = (live: LiveConnections, clock: { now(): number }): Management => ({
  handle: async (request) => ({ response: answer(live, clock, request) }),
  destroy() {},
  updateHttpClientConfig() {},
  httpHandlerConfigs: () => ({}),
})

function answer(live: LiveConnections, clock: { now(): number }, { method, path, body = '' }: Request): Response {
  const id = /^\/@connections\/([^/?]+)$/.exec(path)?.[1]
  if (id === undefined) return refuse(404, 'NotFoundException')
  const content = typeof body === 'string' ? Buffer.from(body) : body
  if (content.length > limits.messageBytes) return refuse(413, 'PayloadTooLargeException')
  const connection = live.get(decodeURIComponent(id))
  if (!connection || connection.socket.readyState !== connection.socket.OPEN) return refuse(410, 'GoneException')

  if (method === 'POST') {
    connection.lastActiveAt = clock.now()
    connection.socket.send(content, { binary: false })
    return said(200, {})
  }
  if (method === 'GET') {
    const { connectedAt, lastActiveAt, sourceIp, userAgent } = connection
    const iso = (time: number) => new Date(time).toISOString()
    return said(200, {
      connectedAt: iso(connectedAt),
      lastActiveAt: iso(lastActiveAt),
      identity: { sourceIp, userAgent },
    })
  }
  if (method === 'DELETE') {
    connection.socket.close(1000, 'Closed by the relay')
    return { statusCode: 204, headers: {}, body: new Uint8Array() }
  }
  return refuse(405, 'MethodNotAllowedException')
}

const refuse = (statusCode: number, type: string): Response =>
  said(statusCode, { message: type }, { 'x-amzn-errortype': type })

const said = (statusCode: number, value: object, headers: Record<string, string> = {}): Response => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: Buffer.from(JSON.stringify(value)),
})
