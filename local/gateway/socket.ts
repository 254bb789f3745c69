import type { IncomingMessage } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, WebSocketServer } from 'ws'
import type { App } from '#functions/app.ts'
import { pong, socketRoutes } from '#functions/routes.ts'
import { limits } from '#protocol/limits.ts'
import type { AuthorizerContext, Live } from './events.ts'
import { authorizerEvent, connectEvent, disconnectEvent, frameEvent } from './events.ts'
import { frameSizes } from './frame-sizes.ts'
import { invoke } from './lambda.ts'
import { type Connection, type LiveConnections, newConnectionId } from './live-connections.ts'

type Relay = Pick<App, 'authorizer' | 'websocket'>

/** Frames of one connection that are worked on at once; more wait in the socket. AWS throttles by rate instead. */
const atOnce = 64

/** The WebSocket API: authorizer and `$connect` before the upgrade is accepted, one event a message, limits as in AWS. */
export function socketGateway(relay: Relay, live: LiveConnections, clock: { now(): number }) {
  const upgrades = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
  })

  async function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    stream.on('error', () => stream.destroy())
    const now = clock.now()
    const connectionId = newConnectionId()
    const allowed = await authorize(relay, request, connectionId, now)
    if (typeof allowed === 'number') return refuse(stream, allowed)
    const sourceIp = request.socket.remoteAddress ?? ''
    const pending: Live = { connectionId, connectedAt: now, authorizer: allowed, sourceIp }
    const connected = await invoke(() => relay.websocket(connectEvent(pending, request, now)))
    const status = connected.is === 'answered' ? (connected.value.statusCode ?? 200) : 502
    if (status !== 200) return refuse(stream, status)
    if (stream.destroyed) return void leave(pending, 1006)
    upgrades.handleUpgrade(request, stream, head, (socket) => {
      const userAgent = request.headers['user-agent'] ?? ''
      const connection: Connection = { ...pending, socket, lastActiveAt: now, userAgent }
      live.add(connection)
      limitFrames(connection, stream, head)
      receive(connection)
    })
  }

  function receive(connection: Connection): void {
    const { socket } = connection
    let working = 0
    const work = async (text: string) => {
      working += 1
      if (working >= atOnce) socket.pause()
      await message(connection, text)
      working -= 1
      if (working === atOnce - 1 && socket.isPaused) socket.resume()
    }
    socket.on('message', (data: RawData, isBinary: boolean) => {
      connection.lastActiveAt = clock.now()
      if (isBinary) return socket.close(1003, 'Binary is not supported')
      const text = data.toString()
      if (isPing(text)) return socket.send(pong)
      void work(text)
    })
    socket.on('error', () => socket.terminate())
    socket.on('close', (code) => {
      live.remove(connection.connectionId)
      void leave(connection, code)
    })
  }

  async function message(connection: Connection, text: string): Promise<void> {
    const event = frameEvent(connection, text, '$default', clock.now())
    const done = await invoke(() => relay.websocket(event))
    const { connectionId, socket } = connection
    const failed = done.is !== 'answered' || done.value.statusCode === 500
    const { requestId } = event.requestContext
    const answer = failed
      ? JSON.stringify({ message: 'Internal server error', connectionId, requestId })
      : socketRoutes.$default.answers && done.value.body
    if (answer && socket.readyState === socket.OPEN) socket.send(answer)
  }

  const leave = (of: Live, code: number) => invoke(() => relay.websocket(disconnectEvent(of, code, clock.now())))

  return { upgrade }
}

/** The context as strings, or the status that API Gateway answers: 401 without a proof to look at, 403 when the policy denies. */
async function authorize(
  relay: Relay,
  request: IncomingMessage,
  connectionId: string,
  now: number,
): Promise<AuthorizerContext | number> {
  // The authorizer's identity source: API Gateway does not ask it when that is missing.
  if (!request.headers['sec-websocket-protocol']) return 401
  const said = await invoke(() => relay.authorizer(authorizerEvent(request, connectionId, now)))
  if (said.is !== 'answered') return 500
  const { context, principalId, policyDocument } = said.value
  const allowed =
    policyDocument.Statement.length > 0 && policyDocument.Statement.every(({ Effect }) => Effect === 'Allow')
  if (!allowed) return 403
  const strings = Object.entries(context ?? {}).map(([name, value]) => [name, String(value)] as const)
  return { ...Object.fromEntries(strings), principalId }
}

function refuse(stream: Duplex, status: number): void {
  const body = JSON.stringify({ message: STATUS_CODES[status] ?? 'Refused' })
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\ndate: ${new Date().toUTCString()}\r\n\r\n${body}`,
  )
}

/** Closes with 1009 as soon as the header of a frame says that it is too large: before its payload is there. */
function limitFrames({ socket }: Connection, stream: Duplex, head: Buffer): void {
  const look = frameSizes((bytes) => {
    if (bytes > limits.frameBytes) socket.close(1009, 'Frame too large')
  })
  look(head)
  stream.prependListener('data', look)
}

/** The route `ping`. Route selection looks at `type` alone; a longer frame of that type is not a ping of ours and may cost an invocation. */
function isPing(text: string): boolean {
  if (text.length > 64) return false
  try {
    return (JSON.parse(text) as { type?: unknown } | null)?.type === 'ping'
  } catch {
    return false
  }
}
