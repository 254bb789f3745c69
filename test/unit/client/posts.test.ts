import { expect, test, vi } from 'vitest'
import type { Context } from '#client/context.ts'
import type { Post } from '#client/posts.ts'
import { dropPost, flushPosts, listPosts, post } from '#client/posts.ts'
import { memoryStore } from '#client/store.ts'
import type { ErrorCode } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { handClock } from '../../support/hand-clock.ts'
import { relayOf } from './team-world.ts'

/** A relay that answers by what the test says next; what it took is listed. */
function world() {
  const taken: string[] = []
  const says = new Map<string, ErrorCode>()
  const store = memoryStore()
  const call = async (_route: string, { body }: { body: { id: string } }) => {
    const code = says.get(body.id) ?? says.get('*')
    if (code) return refused(code)
    taken.push(body.id)
    return ok({})
  }
  return { taken, says, context: { store, relay: { call } } as unknown as Context }
}

const made = (id: string, at: number): Post => ({
  id,
  taskId: 'tsk_1',
  text: id,
  at,
  send: { route: 'task.input', params: { id: 'tsk_1' }, body: { id } } as Post['send'],
})

test('kept before it is sent: what the relay did not hear is sent later, in its order, once', async () => {
  const { context, says, taken } = world()
  says.set('*', 'relay_unreachable')
  expect(await post(context, made('b', 1), { keep: true })).toEqual(ok(null))
  expect(await post(context, made('a', 2), { keep: true })).toEqual(ok(null))
  expect(await flushPosts(context)).toHaveLength(2)
  says.clear()
  expect(await flushPosts(context)).toEqual([])
  expect(await flushPosts(context)).toEqual([])
  expect(taken).toEqual(['b', 'a'])
})

test('what can’t be read of what is kept holds up nothing', async () => {
  const { context, says, taken } = world()
  says.set('*', 'relay_unreachable')
  await post(context, made('a', 1), { keep: true })
  await context.store.put('post/0', null)
  await context.store.put('post/1', { id: '1' })
  says.clear()
  expect(await flushPosts(context)).toEqual([])
  expect(taken).toEqual(['a'])
})

test('a relay that does not answer is waited for no longer than the device’s patience: then it is kept, and what comes of it is noted', async () => {
  const answers = new Map<string, (sent: unknown) => void>()
  const store = memoryStore()
  const clock = handClock()
  const tried = vi.fn()
  const call = (_: string, { body }: { body: { id: string } }) =>
    new Promise((resolve) => answers.set(body.id, resolve))
  const context = { store, clock, relay: { call }, patience: { ms: 2_000, tried } } as unknown as Context
  const posting = [post(context, { ...made('a', 1), taskId: null }, { keep: true })]
  posting.push(post(context, { ...made('b', 2), taskId: null }, { keep: true }))
  await vi.waitUntil(() => answers.size === 2)
  clock.advance(2_000)
  expect(await Promise.all(posting)).toEqual([ok(null), ok(null)])
  expect((await listPosts(context)).map(({ id }) => id)).toEqual(['a', 'b'])
  answers.get('a')?.(ok({}))
  answers.get('b')?.(refused('task_ended'))
  await vi.waitUntil(() => tried.mock.calls.length === 2)
  expect(await listPosts(context)).toMatchObject([{ id: 'b', code: 'task_ended' }])
})

test('what the relay will never take stays with its reason, and does not hold up the rest', async () => {
  const { context, says, taken } = world()
  says.set('*', 'unavailable')
  await post(context, made('a', 1), { keep: true })
  await post(context, made('b', 2), { keep: true })
  says.clear()
  says.set('a', 'task_ended')
  expect(await flushPosts(context)).toEqual([])
  expect(taken).toEqual(['b'])
  expect(await listPosts(context)).toMatchObject([{ id: 'a', code: 'task_ended' }])
})

test('a word to a task that waits here goes after it, not before; another task’s does not wait for it', async () => {
  const { context, says, taken } = world()
  says.set('*', 'relay_unreachable')
  await post(context, made('task', 1), { keep: true })
  says.clear()
  says.set('word', 'task_ended')
  expect(await post(context, { ...made('stop', 2), taskId: null }, { keep: true })).toMatchObject({ ok: true })
  expect(await post(context, made('word', 3), { keep: true })).toEqual(refused('task_ended'))
  expect(await post(context, made('more', 4), { keep: true })).toMatchObject({ ok: true })
  expect(taken).toEqual(['stop', 'task', 'more'])
  expect(await listPosts(context)).toEqual([])
})

test('what is dropped while what is before it is sent is not sent', async () => {
  const { context, says, taken } = world()
  says.set('*', 'unavailable')
  await post(context, made('a', 1), { keep: true })
  await post(context, made('b', 2), { keep: true })
  says.clear()
  const { call } = context.relay as unknown as { call(route: string, input: unknown): Promise<unknown> }
  const relay = {
    call: async (route: string, input: unknown) => {
      await dropPost(context, 'b')
      return call(route, input)
    },
  }
  expect(await flushPosts({ ...context, relay } as unknown as Context)).toEqual([])
  expect(taken).toEqual(['a'])
})

test('not kept, a relay that can’t be reached is a refusal; a refusal at once is never kept', async () => {
  const { context, says } = world()
  says.set('*', 'relay_unreachable')
  expect(await post(context, made('a', 1), { keep: false })).toMatchObject({ code: 'relay_unreachable' })
  says.set('*', 'host_not_found')
  expect(await post(context, made('b', 1), { keep: true })).toMatchObject({ code: 'host_not_found' })
  expect(await listPosts(context)).toEqual([])
})

test('pictures wait with what they belong to, go before it, and leave nothing behind', async () => {
  const store = memoryStore()
  const order: string[] = []
  const uploads: Uint8Array[] = []
  const relay = {
    ...relayOf({
      'blob.write': () => ({ url: 'http://store/put' }),
      'task.input': () => {
        order.push('input')
        return {}
      },
    }),
    fetch: async (_url: unknown, init?: RequestInit) => {
      order.push('blob')
      uploads.push(init?.body as Uint8Array)
      return new Response('{}')
    },
  }
  const away = { store, relay: relayOf({}) } as unknown as Context
  const blobs = [{ id: `blb_${'a'.repeat(43)}`, ciphertext: Uint8Array.of(1, 2, 3) }]
  expect(await post(away, { ...made('a', 1), blobs: [blobs[0]?.id ?? ''] }, { keep: true, blobs })).toEqual(ok(null))
  expect(await store.list('post-blob/')).toHaveLength(1)
  expect(await flushPosts({ store, relay } as unknown as Context)).toEqual([])
  expect(order).toEqual(['blob', 'input'])
  expect(uploads).toEqual([Uint8Array.of(1, 2, 3)])
  expect(await store.list('post')).toEqual([])
})
