import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import { SOCKET_PROTOCOL } from '#protocol/version.ts'

export type Answer = { status?: number; body?: unknown; headers?: Record<string, string>; hangUp?: true }
export type Seen = { method: string; path: string; headers: IncomingMessage['headers']; body: string }

/** Answers as it is told: enough of a relay's outside to test the link against real sockets. */
export async function smallRelay(answer: (seen: Seen) => Answer) {
  const seen: Seen[] = []
  const sockets: WebSocket[] = []
  const waiting: (() => void)[] = []
  const changed = () => {
    for (const look of waiting.splice(0)) look()
  }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const one = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    }
    seen.push(one)
    changed()
    const { status = 200, body = {}, headers = {}, hangUp } = answer(one)
    if (hangUp) return response.destroy()
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  let refuseSockets = false
  const gate = new WebSocketServer({ noServer: true, handleProtocols: () => SOCKET_PROTOCOL })
  server.on('upgrade', (request, socket, head) => {
    if (refuseSockets) return socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
    gate.handleUpgrade(request, socket, head, (made) => {
      sockets.push(made)
      made.on('message', (data) => {
        frames.push({ socket: sockets.indexOf(made), frame: JSON.parse(String(data)) })
        changed()
      })
      made.on('close', () => {
        closed.add(sockets.indexOf(made))
        changed()
      })
      changed()
    })
  })
  const frames: { socket: number; frame: { type: string; id?: string } }[] = []
  const closed = new Set<number>()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    seen,
    sockets,
    frames,
    closed,
    place: {
      protocol: 1,
      time: 1_800_000_000_000,
      socketUrl: `${origin.replace('http', 'ws')}/v1/socket`,
      vapidPublicKey: '',
      claimed: true,
    },
    refuseSockets: (refuse: boolean) => {
      refuseSockets = refuse
    },
    send: (socket: number, frame: unknown) => sockets[socket]?.send(JSON.stringify(frame)),
    /** Resolves when `look` finds something in what has arrived. */
    async until<T>(look: () => T | undefined | false): Promise<T> {
      for (;;) {
        const found = look()
        if (found !== undefined && found !== false) return found
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.terminate()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
