import { afterEach, describe, expect, test, vi } from 'vitest'
import type { HostSummary } from '#client/list-hosts.ts'
import type { TaskSummary } from '#client/list-tasks.ts'
import type { DeviceEvent } from '#client/live.ts'
import type { Device } from '#client/open-device.ts'
import { memoryStore } from '#client/store.ts'
import type { ConnectionState } from '#link/connection.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { TaskState } from '#protocol/records.ts'
import type { Model } from '#web/app/model/open-model.ts'
import { openModel } from '#web/app/model/open-model.ts'
import { handClock } from '../../support/hand-clock.ts'
import { approvalId, approvalWith, cardWith } from './world.ts'

const online: ConnectionState = { is: 'online', connectionId: 'c' }
const card = (last: string) => cardWith(approvalWith({}, { id: approvalId(last), expiresAt: Date.now() + 9e7 }))
const host = (isOnline: boolean): HostSummary => ({ hostId: 'hst_1', online: isOnline, lastSeenAt: 1, status: null })
const task = (state: TaskState, updatedAt: number): TaskSummary => ({
  head: { id: 'tsk_1', hostId: 'hst_1', from: 'k', state, createdAt: 1, updatedAt },
  text: 'a task',
})

let model: Model
afterEach(() => model.close())

/** A model over a device whose lists answer when the test says, and which hears what the test says. */
function world() {
  const lists = { approvals: new Asked(), tasks: new Asked(), hosts: new Asked() }
  const clock = handClock()
  let hear: (event: DeviceEvent) => void = () => {}
  const team = { fork: () => null }
  const store = memoryStore()
  const live = {
    state: () => online,
    on(listener: (event: DeviceEvent) => void) {
      hear = listener
      return () => {}
    },
  }
  const device = {
    kid: 'k',
    context: { store, clock, relay: { now: clock.now }, team },
    team: () => null,
    approvals: () => lists.approvals.ask(),
    tasks: () => lists.tasks.ask(),
    hosts: () => lists.hosts.ask(),
    posts: async () => [],
    connect: () => live,
    close: () => {},
  } as unknown as Device
  model = openModel(device, 'place')
  model.connect()
  return { lists, clock, store, hear: (event: DeviceEvent) => hear(event) }
}

/** Questions that were asked, oldest first, each answered by hand. */
class Asked {
  readonly open: ((answer: unknown) => void)[] = []
  ask(): Promise<unknown> {
    return new Promise((resolve) => this.open.push(resolve))
  }
  answer(value: unknown): void {
    this.open.shift()?.(ok(value))
  }
}

const list = (...cards: unknown[]) => ({ cards, unreadable: [], notForUs: [] })
const shown = () => [...model.cards.value.keys()].map((id) => id.at(-1)).sort()

describe('a list that was read before something was heard, and arrives after it', () => {
  test('does not take away an approval that has begun to wait', async () => {
    const { lists, hear } = world()
    void model.askNeeds()
    hear({ type: 'approval', card: card('1') })
    lists.approvals.answer(list(card('2')))
    await vi.waitUntil(() => shown().includes('2'))
    expect(shown()).toEqual(['1', '2'])
    void model.askNeeds()
    lists.approvals.answer(list(card('2')))
    await vi.waitUntil(() => shown().length === 1)
  })

  test('does not ask again for what was answered meanwhile', async () => {
    const { lists } = world()
    model.takeCard(card('1'))
    void model.askNeeds()
    model.takeCard({ ...card('1'), decision: { id: 'dec_1', answer: 'deny', state: 'sent', at: 1 } })
    lists.approvals.answer(list(card('1'), card('2')))
    await vi.waitUntil(() => shown().includes('2'))
    expect(model.cards.value.get(approvalId('1'))?.decision?.answer).toBe('deny')
  })

  test('does not set back a host or a task', async () => {
    const { lists, hear } = world()
    void model.refresh()
    lists.tasks.answer([task('working', 5)])
    lists.hosts.answer([host(true)])
    await vi.waitUntil(() => model.hosts.value.length === 1)
    void model.refresh()
    hear({ type: 'host', host: host(false) })
    hear({ type: 'task', head: task('completed', 7).head })
    hear({ type: 'task', head: task('working', 6).head })
    lists.tasks.answer([
      task('working', 5),
      { ...task('working', 5), head: { ...task('working', 5).head, id: 'tsk_2' } },
    ])
    lists.hosts.answer([host(true)])
    await vi.waitUntil(() => model.tasks.value.length === 2)
    expect(model.tasks.value[0]?.head.state).toBe('completed')
    expect(model.hosts.value).toEqual([host(false)])
  })

  test('is not taken at all when a later one has come before it', async () => {
    const { lists } = world()
    const first = model.askNeeds()
    const second = model.askNeeds()
    const [older, newer] = lists.approvals.open.splice(0)
    newer?.(ok(list(card('1'))))
    await second
    older?.(ok(list()))
    await first
    expect(shown()).toEqual(['1'])
  })
})

describe('what was shown last', () => {
  const kept = { tasks: [task('working', 5)], hosts: [host(true)], at: 7 }
  const open = () => cardWith(approvalWith({}, { id: approvalId('1'), expiresAt: 2_000_000_000_000 }))

  test('is there before the relay has said anything, but for who is there', async () => {
    const { store } = world()
    await store.put('app/last', kept)
    await store.put(`approval/${approvalId('1')}`, open())
    await model.recall()
    expect(shown()).toEqual(['1'])
    expect(model.hosts.value).toEqual([host(false)])
    expect(model.freshAt.value).toBe(7)
  })

  test.each([null, 'x', {}, { ...kept, tasks: [null] }, { ...kept, hosts: undefined }, { ...kept, at: 'now' }])(
    'and can’t be read (%j) is no hindrance: what else is kept is shown, and the relay says the rest anew',
    async (last) => {
      const { store, lists } = world()
      await store.put('app/last', last)
      await store.put('approval/broken', { id: 'broken' })
      await store.put('outbox/broken', null)
      await store.put('post/broken', {})
      await store.put(`approval/${approvalId('1')}`, open())
      await model.recall()
      expect(shown()).toEqual(['1'])
      expect([model.kept.value, model.posts.value, model.freshAt.value]).toEqual([0, [], null])
      void model.askNeeds()
      lists.approvals.answer(list(card('2')))
      await vi.waitUntil(() => shown().includes('2'))
    },
  )

  test('is no hindrance either where the browser has closed its storage', async () => {
    const { store, lists } = world()
    const closed = () => Promise.reject(new Error('closed'))
    Object.assign(store, { get: closed, list: closed })
    await model.recall()
    void model.askNeeds()
    lists.approvals.answer(list(card('2')))
    await vi.waitUntil(() => shown().includes('2'))
  })
})

describe('what is known, once the connection stands again', () => {
  const refreshed = async ({ lists }: ReturnType<typeof world>) => {
    lists.approvals.answer(list())
    lists.tasks.answer([])
    lists.hosts.answer([])
    await vi.waitUntil(() => model.known.value.is === 'fresh')
  }

  test('is as of before, until the lists have said what was missed', async () => {
    const made = world()
    made.hear({ type: 'synced' })
    await refreshed(made)
    made.hear({ type: 'connection', state: { is: 'waiting', code: 'relay_unreachable', againInMs: 1 } })
    made.hear({ type: 'connection', state: online })
    expect(model.needsKnown.value.is).toBe('as-of')
    made.hear({ type: 'synced' })
    await refreshed(made)
    expect(model.needsKnown.value.is).toBe('fresh')
  })

  test('a list that could not be read is asked for again by itself', async () => {
    const made = world()
    const { lists, clock } = made
    made.hear({ type: 'synced' })
    lists.approvals.open.shift()?.(refused('unavailable'))
    lists.tasks.answer([])
    lists.hosts.answer([])
    await vi.waitUntil(() => clock.nextInMs() !== null)
    expect(model.known.value.is).not.toBe('fresh')
    clock.advance(5_000)
    await vi.waitUntil(() => lists.approvals.open.length === 1)
    await refreshed(made)
  })
})

test('lists are narrowed to a host only as long as it is one of several', async () => {
  const { lists, hear } = world()
  const other = { ...host(true), hostId: 'hst_2' }
  void model.refresh()
  lists.hosts.answer([host(true), other])
  await vi.waitUntil(() => model.hosts.value.length === 2)
  model.narrow('hst_2')
  expect(model.onlyHost.value).toBe('hst_2')
  hear({ type: 'host', host: { ...other, online: false } })
  expect(model.onlyHost.value).toBe('hst_2')
  void model.refresh()
  lists.hosts.answer([host(true)])
  await vi.waitUntil(() => model.hosts.value.length === 1)
  expect(model.onlyHost.value).toBeNull()
})
