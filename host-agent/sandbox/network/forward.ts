import {
  type IncomingMessage,
  type OutgoingHttpHeaders,
  Agent as PlainAgent,
  request as requestPlain,
  type ServerResponse,
} from 'node:http'
import { type RequestOptions, request as requestSecure, Agent as SecureAgent } from 'node:https'
import { isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectSecure, getCACertificates } from 'node:tls'
import { errors, type Refused, type Result, refused } from '#protocol/errors.ts'
import { show } from './allow-list.ts'
import type { Place } from './host-name.ts'
import { type Inspection, judgeRequest, type Route } from './routes.ts'

/** How requests to a place are passed on. `secure`: they came encrypted and go on encrypted. `inspection` null: plain HTTP to an allowed place. */
export type Way = { place: Place; secure: boolean; named: boolean; inspection: Inspection | null; route: Route | null }

export type ForwarderOptions = {
  /** Opens a connection to where a way leads, judged and told like every other. */
  connect(way: Way): Promise<Result<Socket>>
  authorities: readonly string[]
  refuse(refusal: Refused, place?: Place): Refused
}

export type Forwarder = {
  forward(request: IncomingMessage, response: ServerResponse, way: Way): void
  refuse(response: ServerResponse, refusal: Refused): void
  close(): void
}

// RFC 9110 section 7.6.1, and what only concerns a proxy.
const hop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
// Whatever the agent holds in the place of the key must not go along with it.
const credentials = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key', 'cookie']

/** Writes requests anew towards their place, so that what was judged is what is sent: our own framing, one host, the judged addresses. */
export function createForwarder({ connect, authorities, refuse }: ForwarderOptions): Forwarder {
  const keep = { keepAlive: true, maxSockets: 32, maxFreeSockets: 8 }
  const ca = authorities.length > 0 ? { ca: [...getCACertificates('default'), ...authorities] } : {}
  const plain = new PlainAgent(keep)
  const secure = new SecureAgent(keep)
  // Every connection of the agents is one that was judged: the way comes with the options of its request.
  const open = (options: object, done: (error: Error | null, socket?: Duplex) => void) => {
    connect((options as { way: Way }).way).then(
      (socket) => (socket.ok ? done(null, socket.value) : done(new RefusedOnTheWay(socket))),
      (error: Error) => done(error),
    )
  }
  plain.createConnection = (options, done) => void open(options, (error, socket) => done?.(error, socket as Duplex))
  secure.createConnection = (options, done) => {
    open(options, (error, socket) => {
      if (error || !socket) return done?.(error, socket as Duplex)
      const secured = connectSecure({
        ...ca,
        socket,
        servername: options.servername ?? '',
        ALPNProtocols: ['http/1.1'],
      })
      secured.once('secureConnect', () => done?.(null, secured))
      secured.once('error', (problem) => done?.(problem, secured))
    })
    return undefined
  }

  const forwarder: Forwarder = {
    forward(request, response, way) {
      const { place, inspection, route } = way
      const path = pathOf(request.url ?? '/')
      const method = request.method ?? 'GET'
      const refusal = inspection && judgeRequest(inspection, place.host, { method, path, headers: request.headers })
      if (refusal) return forwarder.refuse(response, refuse(refusal))
      const isSecure = route?.target ? route.target.tls : way.secure
      const { host, port } = route?.target ?? place
      const agent = isSecure ? secure : plain
      const headers = headersOf(request, way)
      const options: RequestOptions & { way: Way } = { way, host, port, method, path, headers, agent, setHost: false }
      if (isSecure) options.servername = isIP(host) === 0 ? host : ''
      const upstream = (isSecure ? requestSecure : requestPlain)(options)
      upstream.once('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.statusMessage, withoutHops(answer))
        answer.pipe(response)
        answer.once('error', () => response.destroy())
      })
      upstream.once('error', (error) => {
        const problem =
          error instanceof RefusedOnTheWay
            ? error.refusal
            : refused('sandbox_host_unreachable', `${show(place.host, place.port)}: ${error.message}`)
        if (response.headersSent) response.destroy()
        else forwarder.refuse(response, problem)
      })
      response.once('close', () => upstream.destroy())
      request.pipe(upstream)
    },
    refuse(response, { code, detail }) {
      const status = code === 'sandbox_host_unreachable' ? 502 : 403
      const text = `${code}: ${errors[code][1]}${detail ? ` (${detail})` : ''}`
      response.writeHead(status, { 'content-type': 'application/json', 'x-countersign': code, connection: 'close' })
      response.end(JSON.stringify({ error: text }))
    },
    close() {
      plain.destroy()
      secure.destroy()
    },
  }
  return forwarder
}

class RefusedOnTheWay extends Error {
  refusal: Refused
  constructor(refusal: Refused) {
    super(refusal.code)
    this.refusal = refusal
  }
}

function pathOf(target: string): string {
  if (target.startsWith('/')) return target
  const url = new URL(target)
  return url.pathname + url.search
}

/** The request's own headers with one host, and with the route's key where it goes encrypted or to the person's own target. */
function headersOf(request: IncomingMessage, { place, route, secure }: Way): OutgoingHttpHeaders {
  const headers = withoutHops(request)
  const standard = secure ? 443 : 80
  headers.host = place.port === standard ? bracket(place.host) : show(place.host, place.port)
  if (request.headers['transfer-encoding'] !== undefined) headers['transfer-encoding'] = 'chunked'
  if (!route || !(secure || route.target) || Object.keys(route.headers).length === 0) return headers
  for (const name of credentials) delete headers[name]
  for (const [name, value] of Object.entries(route.headers)) headers[name.toLowerCase()] = value
  return headers
}

const bracket = (host: string) => (isIP(host) === 6 ? `[${host}]` : host)

function withoutHops({ headersDistinct }: IncomingMessage): OutgoingHttpHeaders {
  const dropped = new Set(
    (headersDistinct.connection ?? []).flatMap((text) => text.toLowerCase().split(',')).map((name) => name.trim()),
  )
  const entries = Object.entries(headersDistinct).filter(([name]) => !hop.has(name) && !dropped.has(name))
  return Object.fromEntries(entries.map(([name, values = []]) => [name, values.length === 1 ? values[0] : values]))
}
