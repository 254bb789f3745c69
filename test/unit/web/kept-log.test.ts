import { expect, test } from 'vitest'
import { memoryStore } from '#client/store.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { openLogKeeper, readKeptLog } from '#web/app/model/kept-log.ts'
import type { TaskLog } from '#web/app/model/task-log.ts'
import { addBatches, emptyLog } from '#web/app/model/task-log.ts'
import { approvalId } from './world.ts'

const at = 1
const tool = (key: string): TaskEvent => ({ type: 'tool', at, key, title: key, kind: 'execute', status: 'running' })
const output = (key: string, text: string): TaskEvent => ({ type: 'output', at, key, stream: 'both', text })
const asked: TaskEvent = { type: 'approval', at, approval: approvalId('1'), state: 'pending' }
const logOf = (batches: TaskEvent[][], log: TaskLog = emptyLog): TaskLog =>
  batches.reduce((all, events) => addBatches(all, [{ events, seq: all.seq + 1 }]), log)

test('a log goes on from what was kept as if it had never been away', async () => {
  const store = memoryStore()
  const first = logOf([[tool('a'), output('a', 'one ')], [asked], [tool('b')]])
  await openLogKeeper(store, 'tsk_1').keep(first, 7)
  const kept = await readKeptLog(store, 'tsk_1')
  expect(kept).toEqual({ log: first, at: 7 })
  const rest = [
    [output('a', 'two')],
    [{ type: 'receipt', at, approval: approvalId('1'), outcome: 'executed', receipt: 'x' } as TaskEvent],
  ]
  expect(logOf(rest, kept?.log)).toEqual(logOf(rest, first))
})

test('only what changed is written again, and what it replaces goes', async () => {
  const store = memoryStore()
  const written: string[] = []
  const counting = {
    ...store,
    put: async (key: string, value: unknown) => {
      written.push(key)
      return store.put(key, value)
    },
  }
  const keeper = openLogKeeper(counting, 'tsk_1')
  const many = logOf([Array.from({ length: 1_200 }, (_, n) => tool(`t${n}`))])
  await keeper.keep(many, 1)
  expect(written).toHaveLength(3)
  const more = logOf([[output('t1199', 'x')]], many)
  await keeper.keep(more, 2)
  expect(written).toHaveLength(4)
  expect(await store.list('log-part/')).toHaveLength(3)
  expect((await readKeptLog(store, 'tsk_1'))?.log).toEqual(more)
})

test('long output is kept to its end and says how much is missing; a huge log is not kept', async () => {
  const store = memoryStore()
  await openLogKeeper(store, 'tsk_1').keep(logOf([[tool('a'), output('a', 'x'.repeat(9_000))]]), 1)
  const [item] = (await readKeptLog(store, 'tsk_1'))?.log.items ?? []
  expect(item?.kind === 'tool' && [item.tool.output.length, item.tool.cut]).toEqual([4_000, 5_000])
  const huge = logOf([Array.from({ length: 700 }, (_, n) => output(`t${n}`, 'x'.repeat(4_000)))])
  await openLogKeeper(store, 'tsk_1').keep({ ...huge, seq: 9 }, 2)
  expect(await readKeptLog(store, 'tsk_1')).toBeNull()
  expect(await store.list('log')).toEqual([])
})

test('the longer log stays; a part that is gone is no log; the oldest go', async () => {
  const store = memoryStore()
  const long = logOf([[tool('a')], [tool('b')]])
  await openLogKeeper(store, 'tsk_1').keep(long, 1)
  await openLogKeeper(store, 'tsk_1').keep(logOf([[tool('a')]]), 2)
  expect((await readKeptLog(store, 'tsk_1'))?.log.seq).toBe(2)
  for (let n = 2; n < 25; n += 1) await openLogKeeper(store, `tsk_${n}`).keep(long, n)
  expect(await readKeptLog(store, 'tsk_1')).toBeNull()
  expect(await store.list('log/')).toHaveLength(20)
  expect(await store.list('log-part/')).toHaveLength(20)
  const [part] = await store.list('log-part/tsk_24/')
  await store.delete(part?.key ?? '')
  expect(await readKeptLog(store, 'tsk_24')).toBeNull()
})
