import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Certificate } from './certificate.ts'
import { type FcmRegistration, type McsConnection, serveMcs } from './mcs.ts'
import { decodeFields, fixed64Field, numberField } from './protobuf.ts'
import type { PushService } from './push-service.ts'

export type Fcm = {
  /** Chromium's switches that aim its own push client at this service. */
  args: readonly string[]
  /** Ids of the messages that browsers acknowledged. */
  acks: readonly string[]
  /** How many browsers are logged in. */
  connected(): number
  /** The phone's network: false cuts the connections and refuses new ones; true lets them come back, which Chromium does after 10 to 40 s. */
  setReachable(isReachable: boolean): void
  close(): Promise<void>
}

type Phone = { connection: McsConnection | null; registrations: Map<string, FcmRegistration & { token: string }> }

/**
 * The side of Google's push service that Chromium's own client speaks to, in front of a push service: check-in and registration over http, messages over
 * MCS. Chromium itself makes the endpoint of the token, under a host name of Google.
 */
export async function startFcm(service: PushService, certificate: Certificate): Promise<Fcm> {
  const phones = new Map<string, Phone>()
  const acks: string[] = []
  let lastPhoneId = 4_000_000_000_000_000_000n
  let reachable = true

  const checkIn = (body: Buffer): Buffer => {
    const known = decodeFields(body).get(2)?.[0]
    const isKnown = typeof known === 'bigint' && phones.has(String(known))
    if (!isKnown) lastPhoneId += 1n
    const id = isKnown ? known : lastPhoneId
    if (!isKnown) phones.set(String(id), { connection: null, registrations: new Map() })
    const securityToken = 77n
    return Buffer.concat([
      numberField(1, 1),
      numberField(3, Date.now()),
      fixed64Field(7, id),
      fixed64Field(8, securityToken),
      numberField(10, 0),
    ])
  }

  const register = (form: URLSearchParams): string => {
    const field = (name: string) => form.get(name) ?? ''
    const [app, subtype, sender] = [field('app'), field('X-subtype'), field('sender')]
    const phone = phones.get(field('device'))
    if (!phone) return 'Error=PHONE_REGISTRATION_ERROR'
    const before = phone.registrations.get(subtype)
    if (before) service.registrations.expire(before.token)
    phone.registrations.delete(subtype)
    service.changes.changed()
    if (field('delete') === 'true') return `token=${subtype}`

    const token = service.registrations.add({
      key: /^[\w-]{87}$/.test(sender) ? Buffer.from(sender, 'base64url') : null,
      carrier: {
        send(message) {
          phone.connection?.send(message, { app, subtype, sender })
          return phone.connection !== null
        },
      },
    })
    phone.registrations.set(subtype, { app, subtype, sender, token })
    return `token=${token}`
  }

  const control = createHttpServer(async (request, response) => {
    if (!reachable) return request.socket.destroy()
    const body = await bodyOf(request)
    if (request.url?.startsWith('/checkin')) {
      return response.writeHead(200, { 'content-type': 'application/x-protobuffer' }).end(checkIn(body))
    }
    if (request.url?.startsWith('/register')) {
      const answer = register(new URLSearchParams(body.toString()))
      return response.writeHead(200, { 'content-type': 'text/plain' }).end(answer)
    }
    return response.writeHead(404).end()
  })

  const sockets = new Set<Socket>()
  const messages = createTlsServer({ key: certificate.key, cert: certificate.cert }, (socket) => {
    if (!reachable) return socket.destroy()
    sockets.add(socket)
    let phone: Phone | undefined
    let own: McsConnection | undefined
    serveMcs(socket, {
      onLogin(phoneId, connection) {
        own = connection
        phone = phones.get(phoneId)
        if (!phone) return socket.destroy()
        phone.connection = connection
        for (const { token } of phone.registrations.values()) service.registrations.resume(token)
        service.changes.changed()
      },
      onAcknowledged(messageId) {
        acks.push(messageId)
        service.registrations.acknowledge(messageId)
        service.changes.changed()
      },
      onClose() {
        sockets.delete(socket)
        if (phone && phone.connection === own) phone.connection = null
        service.changes.changed()
      },
    })
  })

  const cut = () => {
    for (const socket of sockets) socket.destroy()
    for (const phone of phones.values()) phone.connection = null
  }
  const [controlPort, messagesPort] = [await listen(control), await listen(messages)]
  return {
    args: [
      `--gcm-checkin-url=http://127.0.0.1:${controlPort}/checkin`,
      `--gcm-registration-url=http://127.0.0.1:${controlPort}/register3`,
      `--gcm-mcs-endpoint=https://127.0.0.1:${messagesPort}`,
      `--ignore-certificate-errors-spki-list=${certificate.spkiHash}`,
    ],
    acks,
    connected: () => [...phones.values()].filter(({ connection }) => connection).length,
    setReachable(isReachable) {
      reachable = isReachable
      if (!reachable) cut()
    },
    async close() {
      const closed = [control, messages].map((server) => new Promise((resolve) => server.close(resolve)))
      cut()
      control.closeAllConnections()
      await Promise.all(closed)
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
