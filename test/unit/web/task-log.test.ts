import { expect, test } from 'vitest'
import type { TaskEvent } from '#protocol/statements/events.ts'
import type { TaskLog } from '#web/app/model/task-log.ts'
import { addBatches, emptyLog } from '#web/app/model/task-log.ts'
import { approvalId, approvalWith } from './world.ts'

const at = 1
const take = (...batches: TaskEvent[][]): TaskLog =>
  batches.reduce((log, events, index) => addBatches(log, [{ events, seq: index + 1 }]), emptyLog)
const tool = (key: string, status: 'pending' | 'completed' = 'pending'): TaskEvent => ({
  type: 'tool',
  at,
  key,
  title: key,
  kind: 'execute',
  status,
})
const say = (text: string, role: 'person' | 'agent' = 'agent'): TaskEvent => ({ type: 'message', at, role, text })

test('what an agent says in pieces is one message; what a person says is not joined', () => {
  const { items } = take([say('Hel')], [say('lo.'), say('a', 'person'), say('b', 'person'), say('Yes.')])
  expect(items.map((item) => item.kind === 'message' && item.text)).toEqual(['Hello.', 'a', 'b', 'Yes.'])
})

test('a tool stays where it first appeared and keeps its output', () => {
  const { items } = take(
    [tool('a'), { type: 'output', at, key: 'a', stream: 'both', text: 'one ' }],
    [say('Meanwhile'), tool('a', 'completed'), { type: 'output', at, key: 'a', stream: 'both', text: 'two' }],
  )
  expect(items).toMatchObject([
    { kind: 'tool', tool: { status: 'completed', output: 'one two', cut: 0 } },
    { kind: 'message' },
  ])
})

test('of a long output the end is held, and what went is counted', () => {
  const long: TaskEvent = { type: 'output', at, key: 'a', stream: 'both', text: 'x'.repeat(12_000) }
  const { items } = take([tool('a')], [long, long, long], [long, long, long])
  expect(items[0]).toMatchObject({ tool: { cut: 12_000 } })
  expect(items[0]?.kind === 'tool' && items[0].tool.output.length).toBe(60_000)
})

test('an approval keeps its request, and the receipt is put to it', () => {
  const approval = approvalId('0')
  const { items } = take([
    { type: 'approval', at, approval, state: 'pending', request: approvalWith() },
    { type: 'approval', at, approval, state: 'approved' },
    { type: 'receipt', at, approval, outcome: 'executed', receipt: 'a.b.c' },
  ])
  expect(items).toMatchObject([
    { kind: 'approval', asked: { state: 'approved', outcome: 'executed', request: { project: 'greetings' } } },
  ])
})

test('a receipt of an approval that is not in the log changes nothing', () => {
  expect(take([{ type: 'receipt', at, approval: approvalId('0'), outcome: 'denied', receipt: 'a.b.c' }]).items).toEqual(
    [],
  )
})

test('plan, diff and tests replace the ones before; why it ended is an entry', () => {
  const diff = (total: number): TaskEvent => ({ type: 'diff', at, files: [], total })
  const log = take([diff(1), diff(2), { type: 'state', at, state: 'failed', code: 'agent_failed' }])
  expect(log).toMatchObject({ diff: { total: 2 }, state: 'failed', seq: 1, items: [{ kind: 'end' }] })
})

test('the log before is left as it was', () => {
  const before = take([tool('a')])
  addBatches(before, [{ events: [tool('a', 'completed'), say('Done')], seq: 2 }])
  expect(before.items).toMatchObject([{ tool: { status: 'pending' } }])
})

test('20,000 events are taken without looking through them again and again', () => {
  const events = Array.from({ length: 200 }, (_, batch) =>
    Array.from({ length: 100 }, (_, index) => tool(`${batch} ${index}`)),
  )
  const { items, places } = take(...events)
  expect(items).toHaveLength(20_000)
  expect(places.get('tool 199 99')).toBe(19_999)
})

test('the run of tests before the newest is kept', () => {
  const run = (failed: number): TaskEvent => ({ type: 'tests', at, passed: 1, failed, skipped: 0, failures: [] })
  expect(take([run(2)], [run(0)])).toMatchObject({ tests: { failed: 0 }, testsBefore: { failed: 2 } })
})

test('what turns took adds up, each currency by itself', () => {
  const turn = (micros: number, currency: string): TaskEvent => ({
    type: 'usage',
    at,
    agent: 'claude',
    input: 100,
    output: 10,
    cost: { micros, currency },
    ms: 500,
  })
  const { cost: _free, ...unpriced } = turn(0, 'USD') as Extract<TaskEvent, { type: 'usage' }>
  const { usage } = take([turn(5, 'USD'), turn(7, 'EUR')], [turn(1, 'USD'), unpriced])
  expect(usage).toEqual({
    tokens: 440,
    ms: 2_000,
    cost: new Map([
      ['USD', 6],
      ['EUR', 7],
    ]),
  })
})
