import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Changes, createChanges } from '../wait.ts'
import type { Certificate } from './certificate.ts'
import { checkPush, type PushFields } from './check-push.ts'
import { checkVapid, type VapidClaims } from './check-vapid.ts'
import { type HeadlessDevice, headlessDevice } from './headless-device.ts'
import { createRegistrations, type Registrations } from './registrations.ts'

/** What was asked of the service, and what it answered. */
export type PushRequest = {
  method: string
  path: string
  status: number
  /** Why it was refused; null when it wasn't. */
  why: string | null
  /** Absent where the request didn't come so far. */
  fields: Omit<PushFields, 'body'> | null
  claims: VapidClaims | null
  bodyBytes: number
  at: number
}

export type Fault = { retryAfterS?: number; times?: number }

export type PushService = {
  /** HOST:PORT of the service, for a remap of the real services' names. */
  target: string
  /** The origin that it gives to endpoints. */
  origin: string
  requests: readonly PushRequest[]
  /** Rings at every request, message, registration and acknowledgement. */
  changes: Changes & { changed(): void }
  registrations: Registrations
  /** A device without a browser. `applicationServerKey` binds the subscription to a relay, base64url; absent: any may push. */
  subscribe(keys: SubscribeOptions): HeadlessDevice
  /** The next requests are answered with this, whatever they ask. */
  fault(status: number, options?: Fault): void
  /** Its endpoint answers 410 from now on. */
  expire(endpoint: string): void
  /** How many messages wait for the device. */
  waiting(endpoint: string): number
  close(): Promise<void>
}

export type SubscribeOptions = { p256dh: string; auth: string; applicationServerKey?: string }

export type PushServiceOptions = {
  certificate: Certificate
  /** Default: Mozilla's, which a sender reaches by `remapEnvironment`. `'local'`: the address of this server. */
  origin?: string
  /** Epoch milliseconds: a test moves it instead of waiting for a TTL. */
  now?: () => number
}

const tokenOf = (pathOrUrl: string) => pathOrUrl.slice(pathOrUrl.lastIndexOf('/') + 1)

/**
 * The side of a push service that application servers see: RFC 8030 over https with RFC 8292, answering 201, 400, 401, 403, 404, 405, 410, 413, 415, and
 * 429 and others when told to. Devices are headless ones, or browsers that come by `startAutopush` and `startFcm`.
 */
export async function startPushService(options: PushServiceOptions): Promise<PushService> {
  const { certificate, now = Date.now } = options
  const registrations = createRegistrations(now)
  const changes = createChanges()
  const requests: PushRequest[] = []
  const faults: { status: number; retryAfterS: number | undefined; left: number }[] = []

  const judge = (request: IncomingMessage, body: Buffer): Answer => {
    const fault = faults[0]
    if (fault) {
      fault.left -= 1
      if (fault.left <= 0) faults.shift()
      const headers = fault.retryAfterS === undefined ? {} : { 'retry-after': String(fault.retryAfterS) }
      return { status: fault.status, why: 'told to', headers }
    }
    const path = /^\/(?:wpush\/v2|fcm\/send|wp)\/([\w:-]+)$/.exec(request.url ?? '')
    if (!path?.[1]) return { status: 404, why: 'no such resource' }
    if (request.method !== 'POST') return { status: 405, why: 'only POST', headers: { allow: 'POST' } }
    const registration = registrations.get(path[1])
    if (!registration) return { status: 404, why: 'no such subscription' }
    if (registration.isGone) return { status: 410, why: 'the subscription is gone' }
    const audience = `https://${request.headers.host}`
    const vapid = checkVapid(request.headers.authorization, { audience, key: registration.key, now: now() })
    if (!vapid.ok) return vapid
    const checked = checkPush(request.headers, body)
    if (!checked.ok) return { ...checked, claims: vapid.claims }
    const { ttl } = checked.fields
    const id = registrations.accept(registration.token, checked.fields)
    const headers = { location: `${audience}/m/${id}`, ttl: String(ttl) }
    return { status: 201, headers, claims: vapid.claims, fields: checked.fields }
  }

  const server = createServer({ key: certificate.key, cert: certificate.cert }, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const answer = judge(request, body)
    requests.push(recordOf(request, body, answer, now()))
    send(response, answer)
    changes.changed()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const { origin = 'https://updates.push.services.mozilla.com' } = options
  const ownOrigin = origin === 'local' ? `https://${target}` : origin

  return {
    target,
    origin: ownOrigin,
    requests,
    changes,
    registrations,
    subscribe: (keys) => headlessDevice({ keys, origin: ownOrigin, registrations, changes, now }),
    fault: (status, { retryAfterS, times = 1 } = {}) => faults.push({ status, retryAfterS, left: times }),
    expire(endpoint) {
      registrations.expire(tokenOf(endpoint))
      changes.changed()
    },
    waiting: (endpoint) => registrations.get(tokenOf(endpoint))?.waiting.length ?? 0,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

type Answer = {
  status: number
  why?: string
  headers?: Record<string, string>
  claims?: VapidClaims
  fields?: PushFields
}

function recordOf(request: IncomingMessage, body: Buffer, { status, why, claims, fields }: Answer, at: number) {
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    status,
    why: why ?? null,
    fields: fields ? { ttl: fields.ttl, urgency: fields.urgency, topic: fields.topic } : null,
    claims: claims ?? null,
    bodyBytes: body.length,
    at,
  }
}

function send(response: ServerResponse, { status, why, headers = {} }: Answer) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(why === undefined ? '' : JSON.stringify({ code: status, message: why }))
}
