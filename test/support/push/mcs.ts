import type { Socket } from 'node:net'
import { bytesField, decodeFields, type Fields, numberField, readVarint, varint } from './protobuf.ts'
import type { PushMessage } from './registrations.ts'

/** How Chromium registered: its names for the app and the worker, and the application server's key. */
export type FcmRegistration = { app: string; subtype: string; sender: string }

export type McsConnection = { send(message: PushMessage, to: FcmRegistration): void }

export type McsEvents = {
  onLogin(phoneId: string, connection: McsConnection): void
  onAcknowledged(messageId: string): void
  onClose(): void
}

const version = 41
const tags = { ping: 0, pingAck: 1, login: 2, loginAnswer: 3, close: 4, iq: 7, data: 8 } as const
/** Where each kind of message tells which of our messages the browser has seen, by their number on this connection. */
const lastSeenField: Readonly<Record<number, number>> = {
  [tags.ping]: 2,
  [tags.pingAck]: 2,
  [tags.iq]: 10,
  [tags.data]: 11,
}
const selectiveAck = 12n

/** Speaks Google's Mobile Connection Server protocol with one browser: login, heartbeats, data messages and their acknowledgements. */
export function serveMcs(socket: Socket, events: McsEvents): void {
  const sent: { number: number; messageId: string }[] = []
  let written = 0

  const write = (tag: number, body: Buffer) => {
    const first = written === 0 ? [Buffer.from([version])] : []
    written += 1
    socket.write(Buffer.concat([...first, Buffer.from([tag]), varint(body.length), body]))
  }
  const connection: McsConnection = {
    send(message, to) {
      write(tags.data, dataMessage(message, to))
      sent.push({ number: written, messageId: message.id })
    },
  }

  const onMessage = (tag: number, fields: Fields) => {
    if (tag === tags.login) {
      for (const id of fields.get(10) ?? []) events.onAcknowledged(String(id))
      write(tags.loginAnswer, Buffer.concat([bytesField(1, 'login'), numberField(8, Date.now())]))
      events.onLogin(String(fields.get(3)?.[0]), connection)
    }
    if (tag === tags.ping) write(tags.pingAck, Buffer.alloc(0))
    if (tag === tags.iq) for (const id of selectivelyAcknowledged(fields)) events.onAcknowledged(id)
    if (tag === tags.close) socket.end()
    const lastSeen = Number(fields.get(lastSeenField[tag] ?? 0)?.[0] ?? 0)
    while (sent[0] && sent[0].number <= lastSeen) events.onAcknowledged(sent.shift()?.messageId ?? '')
  }

  socket.on('data', mcsReader(onMessage))
  socket.on('error', () => {})
  socket.on('close', events.onClose)
}

/** Cuts a stream into messages: the version once, then tag, length and body of each. */
function mcsReader(onMessage: (tag: number, fields: Fields) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  let isFirst = true
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    if (isFirst && rest.length > 0) {
      rest = rest.subarray(1)
      isFirst = false
    }
    for (;;) {
      const length = readVarint(rest, 1)
      if (!length || rest.length < length.end + Number(length.value)) return
      const end = length.end + Number(length.value)
      const [tag, body] = [rest[0] ?? 0, rest.subarray(length.end, end)]
      rest = rest.subarray(end)
      onMessage(tag, decodeFields(body))
    }
  }
}

function selectivelyAcknowledged(fields: Fields): string[] {
  const extension = fields.get(7)?.[0]
  if (!Buffer.isBuffer(extension)) return []
  const parts = decodeFields(extension)
  const list = parts.get(2)?.[0]
  if (parts.get(1)?.[0] !== selectiveAck || !Buffer.isBuffer(list)) return []
  return (decodeFields(list).get(1) ?? []).map(String)
}

function dataMessage({ id, ttl, body }: PushMessage, { app, subtype, sender }: FcmRegistration): Buffer {
  const appData = (key: string, value: string) =>
    bytesField(7, Buffer.concat([bytesField(1, key), bytesField(2, value)]))
  return Buffer.concat([
    bytesField(2, id),
    bytesField(3, sender),
    bytesField(5, app),
    appData('subtype', subtype),
    ...(body ? [appData('content-encoding', 'aes128gcm')] : []),
    bytesField(9, id),
    numberField(17, ttl),
    numberField(18, Date.now()),
    ...(body ? [bytesField(21, body)] : []),
    numberField(24, 1),
  ])
}
