import {
  type IncomingMessage,
  type OutgoingHttpHeaders,
  Agent as PlainAgent,
  request as requestPlain,
  type ServerResponse,
} from 'node:http'
import { request as requestSecure, Agent as SecureAgent } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { getCACertificates } from 'node:tls'
import { errors, type Refused, refused } from '#protocol/errors.ts'
import { judgeAddress, show } from './allow-list.ts'
import { type Resolve, resolveOnce } from './dial.ts'
import type { Place } from './host-name.ts'
import { type Inspection, judgeRequest, type Route } from './routes.ts'

/** How requests to a place are passed on. `secure`: they came encrypted and go on encrypted. `inspection` null: plain HTTP to an allowed place. */
export type Way = { place: Place; secure: boolean; named: boolean; inspection: Inspection | null; route: Route | null }

export type ForwarderOptions = {
  resolve: Resolve
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
export function createForwarder({ resolve, authorities, refuse }: ForwarderOptions): Forwarder {
  const lookup: LookupFunction = (host, { all }, done) => {
    resolveOnce({ host, port: 443 }, false, resolve).then(
      (found) => {
        if (!found.ok) return done(new RefusedByAddress(found), [])
        const addresses = found.value.map((address) => ({ address, family: isIP(address) }))
        const [first] = addresses
        if (all || !first) done(null, addresses)
        else done(null, first.address, first.family)
      },
      (error: Error) => done(error, []),
    )
  }
  const keep = { keepAlive: true, maxSockets: 32, maxFreeSockets: 8, timeout: 0 }
  const ca = authorities.length > 0 ? { ca: [...getCACertificates('default'), ...authorities] } : {}
  const agents = {
    plain: new PlainAgent({ ...keep, lookup }),
    secure: new SecureAgent({ ...keep, ...ca, lookup }),
    // Where the person named the target, also this machine is one.
    plainTarget: new PlainAgent(keep),
    secureTarget: new SecureAgent({ ...keep, ...ca }),
  }

  const forwarder: Forwarder = {
    forward(request, response, way) {
      const { place, inspection, route, named } = way
      const path = pathOf(request.url ?? '/')
      const method = request.method ?? 'GET'
      const refusal = inspection && judgeRequest(inspection, place.host, { method, path, headers: request.headers })
      if (refusal) return forwarder.refuse(response, refuse(refusal))
      if (!route?.target && isIP(place.host) !== 0 && !judgeAddress(place.host, named))
        return forwarder.refuse(response, refuse(refused('sandbox_host_blocked', show(place.host, place.port)), place))
      const secure = route?.target ? route.target.tls : way.secure
      const { host, port } = route?.target ?? place
      const agent = route?.target
        ? secure
          ? agents.secureTarget
          : agents.plainTarget
        : secure
          ? agents.secure
          : agents.plain
      const headers = headersOf(request, way)
      const upstream = (secure ? requestSecure : requestPlain)({
        host,
        port,
        method,
        path,
        headers,
        agent,
        setHost: false,
        ...(secure ? { servername: isIP(host) === 0 ? host : '' } : {}),
      })
      upstream.once('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.statusMessage, withoutHops(answer))
        answer.pipe(response)
        answer.once('error', () => response.destroy())
      })
      upstream.once('error', (error) => {
        const blocked =
          error instanceof RefusedByAddress && error.refusal.code === 'sandbox_host_blocked' ? error.refusal : null
        const problem = blocked
          ? refuse(blocked, place)
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
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
  return forwarder
}

class RefusedByAddress extends Error {
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
