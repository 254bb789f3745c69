import { afterEach, expect, test } from 'vitest'
import type { ConnectionState, Synced } from '#link/connection.ts'
import { openConnection } from '#link/connection.ts'
import { nodeWebSocket } from '#link/node/web-socket.ts'
import { openRelay } from '#link/relay-http.ts'
import { limits } from '#protocol/limits.ts'
import { handClock } from '#test/support/hand-clock.ts'
import { generateKeys } from '#trust/keys.ts'
import { webCrypto } from '#trust/web-crypto.ts'
import { smallRelay } from './small-relay.ts'

const caller = {
  crypto: webCrypto,
  keys: await generateKeys(webCrypto, { extractable: false }),
  team: () => `tm_${'A'.repeat(43)}`,
}
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function connected() {
  const clock = handClock()
  const relay = await smallRelay(({ path }) => {
    if (path === '/v1/relay') return { body: relay.place }
    return { status: 401, body: { type: 'key_unknown' } }
  })
  closing.push(relay.close)
  const states: ConnectionState[] = []
  const synced: Synced[] = []
  const frames: { type: string }[] = []
  const looks: (() => void)[] = []
  const look = () => {
    for (const run of looks.splice(0)) run()
  }
  const connection = openConnection({
    relay: openRelay({ url: relay.origin, fetch, clock, caller, random: () => 0.5 }),
    WebSocket: nodeWebSocket,
    clock,
    caller,
    random: () => 0.5,
    onState: (state) => {
      states.push(state)
      look()
    },
    onSynced: (frame) => void synced.push(frame),
    onFrame: (frame) => {
      frames.push(frame)
      look()
    },
  })
  closing.push(connection.close)
  const until = async (found: () => boolean) => {
    while (!found()) await new Promise<void>((resolve) => looks.push(resolve))
  }
  /** Lets the relay answer the sync on its nth socket. */
  const sync = async (nth: number) => {
    await relay.until(() =>
      relay.frames.some(({ socket, frame }) => socket === nth && frame.type === 'connection.sync'),
    )
    relay.send(nth, {
      type: 'connection.synced',
      re: 'sync',
      connectionId: `c${nth}`,
      time: clock.now(),
      inbox: [],
      more: false,
    })
    await until(() => states.some((state) => state.is === 'online' && state.connectionId === `c${nth}`))
  }
  return { clock, relay, connection, states, synced, frames, until, sync }
}

const is = (state: ConnectionState) => state.is

test('is online once synced, hears frames, and matches answers to requests', async () => {
  const { relay, connection, states, synced, frames, until, sync } = await connected()
  await sync(0)
  expect(states.map(is)).toEqual(['connecting', 'online'])
  expect(synced).toHaveLength(1)
  const asked = connection.request({ type: 'task.watch', taskId: 'tsk_1' })
  const { frame } = await relay.until(() => relay.frames.find((each) => each.frame.type === 'task.watch'))
  relay.send(0, { type: 'ok', re: frame.id })
  expect(await asked).toMatchObject({ ok: true })
  relay.send(0, { type: 'inbox.waiting' })
  relay.send(0, { type: 'from.the.future' })
  relay.send(0, { type: 'pong' })
  await until(() => frames.length === 2)
  expect(frames.map(({ type }) => type)).toEqual(['inbox.waiting', 'pong'])
})

test('a refusal on a request is its code', async () => {
  const { relay, connection, sync } = await connected()
  await sync(0)
  const asked = connection.request({ type: 'task.watch', taskId: 'tsk_1' })
  const { frame } = await relay.until(() => relay.frames.find((each) => each.frame.type === 'task.watch'))
  relay.send(0, { type: 'refused', re: frame.id, code: 'task_not_found', title: '…' })
  expect(await asked).toMatchObject({ ok: false, code: 'task_not_found' })
})

test('a broken connection ends what was asked on it and is made again after a while', async () => {
  const { clock, relay, connection, states, until, sync } = await connected()
  await sync(0)
  const asked = connection.request({ type: 'task.watch', taskId: 'tsk_1' })
  relay.sockets[0]?.terminate()
  expect(await asked).toMatchObject({ code: 'relay_unreachable' })
  expect(await connection.request({ type: 'task.watch', taskId: 'tsk_1' })).toMatchObject({ code: 'relay_unreachable' })
  await until(() => states.at(-1)?.is === 'waiting')
  clock.advance(400)
  await sync(1)
  expect(states.map(is)).toEqual(['connecting', 'online', 'waiting', 'connecting', 'online'])
})

test('silence is asked about, and silence after that is the end: half-open connections are found', async () => {
  const { clock, relay, connection, states, until, sync } = await connected()
  await sync(0)
  clock.advance(limits.heartbeatIdleMs - 1)
  expect(relay.frames.some(({ frame }) => frame.type === 'ping')).toBe(false)
  clock.advance(1)
  await relay.until(() => relay.frames.find(({ frame }) => frame.type === 'ping'))
  relay.send(0, { type: 'pong' })
  connection.setBusy(true)
  clock.advance(limits.heartbeatBusyMs)
  await relay.until(() => relay.frames.filter(({ frame }) => frame.type === 'ping').length === 2)
  expect(states.at(-1)?.is).toBe('online')
  clock.advance(10_000)
  await until(() => states.at(-1)?.is === 'waiting')
})

test('before two hours are over a new connection stands, and only then the old one goes', async () => {
  const { clock, relay, connection, states, synced, sync } = await connected()
  await sync(0)
  // Half-way between 100 and 115 minutes, as chance is 0.5; every ping on the way is answered.
  const planned = (limits.reconnectMinMs + limits.reconnectMaxMs) / 2
  let pings = 0
  for (let left = planned; left > 0; left -= limits.heartbeatIdleMs) {
    clock.advance(Math.min(left, limits.heartbeatIdleMs))
    if (left < limits.heartbeatIdleMs) break
    pings += 1
    await relay.until(() => relay.frames.filter(({ frame }) => frame.type === 'ping').length >= pings)
    const before = clock.nextInMs()
    relay.send(0, { type: 'pong' })
    // The pong has arrived when the next thing due is no longer the end of patience.
    while (clock.nextInMs() === before) await new Promise((resolve) => setImmediate(resolve))
  }
  await relay.until(() => relay.sockets.length === 2)
  expect(relay.closed.has(0)).toBe(false)
  await sync(1)
  expect(connection.state()).toEqual({ is: 'online', connectionId: 'c1' })
  expect(states.map(is)).toEqual(['connecting', 'online', 'online'])
  expect(synced).toHaveLength(2)
  clock.advance(5_000)
  await relay.until(() => relay.closed.has(0))
})

test('a refused handshake is explained over HTTP, and tried again slowly', async () => {
  const { relay, states, until } = await connected()
  relay.refuseSockets(true)
  await until(() => states.at(-1)?.is === 'waiting')
  const last = states.at(-1)
  expect(last).toMatchObject({ is: 'waiting', code: 'key_unknown' })
  expect(last?.is === 'waiting' && last.againInMs).toBeGreaterThan(10_000)
})

test('waking makes a new try at once', async () => {
  const { relay, connection, states, until, sync } = await connected()
  relay.refuseSockets(true)
  await until(() => states.at(-1)?.is === 'waiting')
  relay.refuseSockets(false)
  connection.wake()
  await sync(0)
})

test('after closing nothing is tried any more', async () => {
  const { clock, relay, connection, sync } = await connected()
  await sync(0)
  connection.close()
  await relay.until(() => relay.closed.has(0))
  expect(clock.nextInMs()).toBeNull()
})

test('garbage from the other side is not heard, and the connection stands', async () => {
  const { relay, frames, until, sync } = await connected()
  await sync(0)
  for (const text of ['', 'null', '[]', '{"type":7}', '{"type":"inbox.added","item":{}}', '{"type":"ok"}', 'not json'])
    relay.sockets[0]?.send(text)
  relay.sockets[0]?.send(Buffer.from([1, 2, 3]))
  relay.send(0, { type: 'inbox.waiting', more: { than: 'is known' } })
  await until(() => frames.length > 0)
  expect(frames).toEqual([{ type: 'inbox.waiting' }])
  expect(relay.closed.size).toBe(0)
})
