import { expect, test } from 'vitest'
import type { DeviceEvent, Live } from '#client/live.ts'
import type { WatchInput } from '#client/watch-task.ts'
import { watchTask } from '#client/watch-task.ts'
import type { Relay } from '#link/relay-http.ts'
import type { ErrorCode } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { hostIdOf, newId } from '#protocol/ids.ts'
import type { StoredBatch } from '#protocol/records.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import type { KeyPair } from '#trust/keys.ts'
import { makeGrant, newTaskKey, sealBatch } from '#trust/task-key.ts'
import { contextOf, crypto, foundTeam, newKeys, relayOf } from './team-world.ts'

const message = (text: string): TaskEvent => ({ type: 'message', at: 1, role: 'agent', text })
const done: TaskEvent = { type: 'state', at: 1, state: 'completed' }

/** A task of a host, its log as the relay has it, and a connection that says what the test lets it say. */
async function watched() {
  const { device, host, team } = await foundTeam()
  const id = newId('tsk', Date.now())
  const taskKey = newTaskKey(crypto)
  const grant = await makeGrant(crypto, { from: host, to: device.keys, taskId: id, epoch: 0, taskKey })
  const stored: StoredBatch[] = []
  const head = {
    id,
    hostId: hostIdOf(host.keys.kid),
    from: device.keys.kid,
    state: 'working' as const,
    createdAt: 1,
    updatedAt: 1,
  }
  let read = () => {}
  const relay = relayOf({
    'task.read': () => ({ head, grants: [grant] }),
    'task.events': ({ query }) => {
      const batches = stored.filter(({ seq }) => seq > Number(query?.after ?? 0)).slice(0, 2)
      queueMicrotask(() => read())
      return { batches, more: batches.length === 2 }
    },
  })
  const context = await contextOf(device, team, relay)
  const listeners = new Set<(event: DeviceEvent) => void>()
  const live: Live = {
    isOnline: () => true,
    state: () => ({ is: 'online', connectionId: 'c' }),
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    request: async (frame) => ok({ type: 'ok', re: frame.type }),
    flush: () => {},
    wake: () => {},
    close: () => {},
  }
  const batch = async (seq: number, events: TaskEvent[], from: KeyPair = host): Promise<StoredBatch> => ({
    seq,
    sealed: await sealBatch(crypto, from, {
      taskId: id,
      seq,
      epoch: 0,
      taskKey,
      batch: { v: 1, aud: team.teamId, task: id, seq, events },
    }),
  })
  const seen: string[] = []
  return {
    context,
    live,
    relay,
    stored,
    batch,
    seen,
    input: {
      taskId: id,
      onEvents(events: readonly TaskEvent[], seq: number) {
        for (const event of events) seen.push(`${seq}:${event.type === 'message' ? event.text : event.type}`)
      },
    },
    tell: (event: DeviceEvent) => {
      for (const listener of listeners) listener(event)
    },
    tellBatch: (one: StoredBatch) => {
      for (const listener of listeners) listener({ type: 'batch', taskId: id, batch: one })
    },
    /** The next time that the log has been read. */
    nextRead: () =>
      new Promise<void>((resolve) => {
        read = resolve
      }),
  }
}

test('reads what is there, page by page, to the end', async () => {
  const { context, stored, batch, seen, input } = await watched()
  for (let seq = 1; seq <= 4; seq += 1) stored.push(await batch(seq, [message('m')]))
  stored.push(await batch(5, [done]))
  expect(await watchTask(context, null, input)).toEqual({ ok: true, value: 'completed' })
  expect(seen).toEqual(['1:m', '2:m', '3:m', '4:m', '5:state'])
})

test('goes on after what is known', async () => {
  const { context, stored, batch, seen, input } = await watched()
  stored.push(await batch(1, [message('old')]), await batch(2, [done]))
  expect(await watchTask(context, null, { ...input, after: 1 })).toMatchObject({ value: 'completed' })
  expect(seen).toEqual(['2:state'])
})

test('frames in any order and twice arrive in order and once; a gap is read', async () => {
  const { context, live, stored, batch, seen, input, tellBatch, nextRead } = await watched()
  const [one, two, three, four] = [
    await batch(1, [message('a')]),
    await batch(2, [message('b')]),
    await batch(3, [message('c')]),
    await batch(4, [done]),
  ]
  const first = nextRead()
  const ended = watchTask(context, live, input)
  await first
  tellBatch(two)
  tellBatch(one)
  tellBatch(one)
  // Batch 3 never comes as a frame: the fourth shows the gap.
  stored.push(one, two, three)
  tellBatch(four)
  expect(await ended).toEqual({ ok: true, value: 'completed' })
  expect(seen).toEqual(['1:a', '2:b', '3:c', '4:state'])
})

test('a gap is given a moment to close, and what keeps coming behind it does not make that moment longer', async () => {
  const { context, live, stored, batch, seen, input, tellBatch, nextRead } = await watched()
  let now = 0
  const waits: { ms: number; over: () => void }[] = []
  let waited = () => {}
  const clock = {
    now: () => now,
    after(ms: number, over: () => void) {
      waits.push({ ms, over })
      queueMicrotask(() => waited())
      return () => {}
    },
  }
  const nextWait = () =>
    new Promise<void>((resolve) => {
      waited = resolve
    })
  const quiet = nextWait()
  const ended = watchTask({ ...context, clock }, live, input)
  await quiet
  for (const seq of [2, 3]) {
    const waiting = nextWait()
    tellBatch(await batch(seq, [message(`${seq}`)]))
    await waiting
    now += 100
  }
  expect(waits.slice(-2).map(({ ms }) => ms)).toEqual([250, 150])
  stored.push(await batch(1, [message('1')]), await batch(2, [message('2')]), await batch(3, [message('3')]))
  stored.push(await batch(4, [done]))
  const read = nextRead()
  waits.at(-1)?.over()
  await read
  expect(await ended).toEqual({ ok: true, value: 'completed' })
  expect(seen).toEqual(['1:1', '2:2', '3:3', '4:state'])
})

test('a connection that stands anew makes it read what was missed', async () => {
  const { context, live, stored, batch, input, tell, nextRead } = await watched()
  const first = nextRead()
  const ended = watchTask(context, live, input)
  await first
  stored.push(await batch(1, [done]))
  tell({ type: 'synced' })
  expect(await ended).toEqual({ ok: true, value: 'completed' })
})

test('a batch that the host did not sign, or that does not open, is said to be unreadable, and the rest is read', async () => {
  const { context, stored, batch, seen, input } = await watched()
  const [forged, broken] = [await batch(2, [done], await newKeys()), await batch(3, [done])]
  const flipped = broken.sealed.ct.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'))
  stored.push(await batch(1, [message('a')]), forged, { seq: 3, sealed: { ...broken.sealed, ct: flipped } })
  stored.push(await batch(4, [done]))
  const unread: unknown[] = []
  const onEvents: WatchInput['onEvents'] = (events, seq, missing) => {
    input.onEvents(events, seq)
    if (missing) unread.push([seq, missing])
  }
  expect(await watchTask(context, null, { ...input, onEvents })).toEqual({ ok: true, value: 'completed' })
  expect(seen).toEqual(['1:a', '4:state'])
  expect(unread).toEqual([
    [2, { is: 'unreadable', code: 'statement_invalid' }],
    [3, { is: 'unreadable', code: 'envelope_unreadable' }],
  ])
})

test('what only a newer version knows is counted, and what this one knows is taken', async () => {
  const { context, stored, batch, seen, input } = await watched()
  const hologram = { type: 'hologram', at: 1, depth: 3 } as unknown as TaskEvent
  stored.push(
    await batch(1, [message('a'), hologram, { ...message('b'), mood: 'good' } as unknown as TaskEvent, message('c')]),
  )
  stored.push(await batch(2, [done]))
  const unread: unknown[] = []
  const onEvents: WatchInput['onEvents'] = (events, seq, missing) => {
    input.onEvents(events, seq)
    if (missing) unread.push(missing)
  }
  expect(await watchTask(context, null, { ...input, onEvents })).toMatchObject({ value: 'completed' })
  expect(seen).toEqual(['1:a', '1:c', '2:state'])
  expect(unread).toEqual([{ is: 'newer', count: 2 }])
})

test('opened while the relay can’t be reached, it goes on when it can, and says when it has all', async () => {
  const { context, relay, stored, batch, seen, input } = await watched()
  stored.push(await batch(1, [message('a')]), await batch(2, [done]))
  const codes: ErrorCode[] = ['relay_unreachable', 'unavailable']
  const call: Relay['call'] = async (route, asked) => {
    const code = route === 'task.read' ? codes.shift() : undefined
    return code === undefined ? relay.call(route, asked) : refused(code)
  }
  const clock = { ...context.clock, after: (_: number, run: () => void) => context.clock.after(0, run) }
  const caughtUp: number[] = []
  const watching = { ...input, onCaughtUp: () => caughtUp.push(seen.length) }
  expect(await watchTask({ ...context, clock, relay: { ...relay, call } }, null, watching)).toMatchObject({
    value: 'completed',
  })
  expect(seen).toEqual(['1:a', '2:state'])
  expect(caughtUp).toContain(2)
})

test('a task that waits here to be sent is waited for, and watched once the relay has it', async () => {
  const { context, live, relay, stored, batch, seen, input, tell, tellBatch, nextRead } = await watched()
  const { taskId } = input
  await context.store.put(`post/${taskId}`, { id: taskId, taskId, text: '', at: 1, send: { route: 'task.submit' } })
  let isThere = false
  const call: Relay['call'] = async (route, asked) => (isThere ? relay.call(route, asked) : refused('task_not_found'))
  const watches: boolean[] = []
  const request: Live['request'] = async () => {
    watches.push(isThere)
    return isThere ? ok({ type: 'ok', re: 'f1' }) : refused('task_not_found')
  }
  const ended = watchTask({ ...context, relay: { ...relay, call } }, { ...live, request }, input)
  await expect.poll(() => watches).toEqual([false])
  isThere = true
  await context.store.delete(`post/${taskId}`)
  stored.push(await batch(1, [message('a')]))
  const read = nextRead()
  tell({ type: 'flushed' })
  await read
  // By a frame alone: the log is not read again before long.
  tellBatch(await batch(2, [done]))
  expect(await ended).toEqual({ ok: true, value: 'completed' })
  expect(seen).toEqual(['1:a', '2:state'])
  expect(watches.slice(0, 2)).toEqual([false, true])
})

test('a device without a grant is told so', async () => {
  const { context, stored, batch, input } = await watched()
  stored.push(await batch(1, [done]))
  const stranger = { ...context, keys: await newKeys() }
  expect(await watchTask(stranger, null, input)).toMatchObject({ code: 'envelope_unreadable' })
})

test('it stops when it is told to', async () => {
  const { context, live, input, nextRead } = await watched()
  const stop = new AbortController()
  const first = nextRead()
  const ended = watchTask(context, live, { ...input, signal: stop.signal })
  await first
  stop.abort()
  expect(await ended).toEqual({ ok: true, value: 'submitted' })
})
