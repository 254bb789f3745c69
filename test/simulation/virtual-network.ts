import type { WebSocketPort } from '#link/socket.ts'
import type { VirtualTime } from './virtual-time.ts'

/** Who speaks: a host in one of its lives, or a device. A dead one is heard no more, and hears nothing. */
export type Party = { kid: string; alive(): boolean }

export type HttpRequest = { method: string; path: string; body: unknown }
export type HttpAnswer = { status: number; body: unknown }

/** One live connection as the relay sees it. */
export type Line = { kid: string; id: string; send(frame: unknown): void; close(): void; open(): boolean }

/** What is at the other end of every wire. Null: nothing comes back. */
export type Carrier = {
  http(party: Party, request: HttpRequest, answer: (answer: HttpAnswer | null) => void): void
  connected(line: Line): void
  frame(line: Line, frame: unknown): void
  closed(line: Line): void
}

const fetchFor =
  (carrier: Carrier, party: Party): typeof fetch =>
  (input, init) =>
    new Promise((resolve, reject) => {
      if (!party.alive()) return
      const url = new URL(String(input))
      const text = init?.body ? Buffer.from(init.body as Uint8Array).toString() : undefined
      init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
      const request = {
        method: init?.method ?? 'GET',
        path: url.pathname + url.search,
        body: text === undefined ? null : JSON.parse(text),
      }
      carrier.http(party, request, (answer) => {
        if (!party.alive()) return
        if (!answer) return reject(new Error('the network broke'))
        const { status, body } = answer
        const response = { ok: status < 400, status, headers: new Headers(), text: async () => JSON.stringify(body) }
        resolve(response as Response)
      })
    })

function webSocketFor(carrier: Carrier, party: Party, time: VirtualTime): WebSocketPort {
  let count = 0
  const made = function (this: unknown) {
    count += 1
    const socket = {
      onopen: (_event: unknown) => {},
      onmessage: (_event: { data: string }) => {},
      onclose: (_event: unknown) => {},
      onerror: (_event: unknown) => {},
      send: (text: string) => void (open && party.alive() && carrier.frame(line, JSON.parse(text))),
      close: () => end(false),
    }
    let open = true
    const end = (tell: boolean) => {
      if (!open) return
      open = false
      carrier.closed(line)
      if (tell && party.alive()) socket.onclose({})
    }
    const line: Line = {
      kid: party.kid,
      id: `${party.kid.slice(0, 6)}-${count}-${time.elapsed()}`,
      open: () => open && party.alive(),
      send: (frame) => void (open && party.alive() && socket.onmessage({ data: JSON.stringify(frame) })),
      close: () => end(true),
    }
    time.after(5, () => {
      if (!open || !party.alive()) return
      carrier.connected(line)
      socket.onopen({})
    })
    return socket
  }
  return made as unknown as WebSocketPort
}

/** The network as one party has it. */
export const networkFor = (carrier: Carrier, party: Party, time: VirtualTime) => ({
  fetch: fetchFor(carrier, party),
  WebSocket: webSocketFor(carrier, party, time),
})
