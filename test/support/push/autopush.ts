import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { PushService } from './push-service.ts'
import type { PushMessage } from './registrations.ts'

/** What Firefox says of a message: 100 shown to the worker, 101 could not be decrypted, 102 the worker failed, 3xx a reason of its own. */
export type AutopushAck = { messageId: string; code: number }

export type Autopush = {
  /** For the preference `dom.push.serverURL`. */
  url: string
  acks: readonly AutopushAck[]
  /** The phone's network: false cuts the connection and refuses new ones; true lets it come back. */
  setReachable(isReachable: boolean): void
  /** How many browsers are connected. */
  connected(): number
  /** Forgets all browsers: their subscriptions are gone, and each learns it at its next hello (`pushsubscriptionchange`). */
  forgetAll(): void
  close(): Promise<void>
}

type Browser = { socket: WebSocket | null; tokens: Map<string, string> }

type Said = {
  messageType?: string
  uaid?: string
  channelID?: string
  key?: string
  updates?: { version: string; code?: number }[]
  version?: string
  code?: number
}

/**
 * The side of Mozilla's push service that Firefox speaks to (the autopush WebSocket protocol: hello, register, unregister, notification, ack, nack), in
 * front of a push service. Not over TLS: Firefox would not accept our CA there.
 */
export async function startAutopush(service: PushService): Promise<Autopush> {
  const browsers = new Map<string, Browser>()
  const acks: AutopushAck[] = []
  let reachable = true

  const server = createServer((_, response) => response.writeHead(426).end())
  // Refused before the handshake: a connection that is cut right after it wedges Firefox's push client for good.
  const gate = new WebSocketServer({
    server,
    verifyClient: (_, answer) => answer(reachable, 503),
    handleProtocols: (offered) => (offered.has('push-notification') ? 'push-notification' : false),
  })
  const say = (socket: WebSocket, words: object) => socket.send(JSON.stringify(words))

  const hello = (socket: WebSocket, known: string | undefined): Browser => {
    const uaid = known !== undefined && browsers.has(known) ? known : randomUUID().replaceAll('-', '')
    const browser = browsers.get(uaid) ?? { socket: null, tokens: new Map() }
    browser.socket = socket
    browsers.set(uaid, browser)
    say(socket, { messageType: 'hello', status: 200, uaid, use_webpush: true, broadcasts: {} })
    for (const token of browser.tokens.values()) service.registrations.resume(token)
    return browser
  }

  const register = (browser: Browser, channelID: string, key: string | undefined): string => {
    const send = ({ id, ttl, body }: PushMessage) => {
      if (!browser.socket) return false
      const content = body ? { data: body.toString('base64url'), headers: { encoding: 'aes128gcm' } } : {}
      say(browser.socket, { messageType: 'notification', channelID, version: id, ttl, ...content })
      return true
    }
    const token = service.registrations.add({
      key: key === undefined ? null : Buffer.from(key, 'base64url'),
      carrier: { send },
    })
    browser.tokens.set(channelID, token)
    return `${service.origin}/wpush/v2/${token}`
  }

  const unregister = (browser: Browser, channelID: string) => {
    const token = browser.tokens.get(channelID)
    if (token !== undefined) service.registrations.expire(token)
    browser.tokens.delete(channelID)
  }

  gate.on('connection', (socket) => {
    let browser: Browser | null = null
    socket.on('error', () => {})
    socket.on('close', () => {
      if (browser?.socket === socket) browser.socket = null
      service.changes.changed()
    })
    socket.on('message', (data) => {
      const said: Said = JSON.parse(data.toString())
      const { messageType, channelID = '' } = said
      if (messageType === 'hello') browser = hello(socket, said.uaid)
      else if (messageType === undefined || messageType === 'ping') socket.send('{}')
      else if (!browser) socket.close()
      else if (messageType === 'register') {
        const pushEndpoint = register(browser, channelID, said.key)
        say(socket, { messageType, status: 200, channelID, pushEndpoint })
      } else if (messageType === 'unregister') {
        unregister(browser, channelID)
        say(socket, { messageType, status: 200, channelID })
      } else if (messageType === 'ack') {
        for (const { version, code = 100 } of said.updates ?? []) {
          acks.push({ messageId: version, code })
          service.registrations.acknowledge(version)
        }
      } else if (messageType === 'nack') acks.push({ messageId: said.version ?? '', code: said.code ?? 0 })
      service.changes.changed()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const cut = () => {
    for (const browser of browsers.values()) {
      browser.socket?.terminate()
      browser.socket = null
    }
  }
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    acks,
    setReachable(isReachable) {
      reachable = isReachable
      if (!reachable) cut()
    },
    connected: () => [...browsers.values()].filter(({ socket }) => socket).length,
    forgetAll() {
      for (const { tokens } of browsers.values()) {
        for (const token of tokens.values()) service.registrations.expire(token)
      }
      cut()
      browsers.clear()
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of gate.clients) socket.terminate()
      gate.close()
      await closed
    },
  }
}
