import { expect, test } from 'vitest'
import { createLogBounds, logLimits } from '#host-agent/tasks/log-bounds.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'

const at = 1
const output = (key: string, text: string): TaskEvent => ({ type: 'output', at, key, stream: 'both', text })
const tool = (key: string, status: 'running' | 'completed'): TaskEvent => ({
  type: 'tool',
  at,
  key,
  title: 'cat',
  kind: 'execute',
  status,
})
const end: TaskEvent = { type: 'state', at, state: 'completed' }
const charsOf = (events: readonly TaskEvent[]) =>
  events.reduce((sum, event) => sum + (event.type === 'output' || event.type === 'message' ? event.text.length : 0), 0)
const saidIn = (events: readonly TaskEvent[]) =>
  events.flatMap((event) => (event.type === 'notice' ? [event.text] : []))

test('one command’s output is cut at its limit, and its end says how much is not shown', () => {
  const bounds = createLogBounds()
  const piece = 'x'.repeat(300_000)
  const taken = Array.from({ length: 5 }, () => bounds.take(output('a', piece)))
  expect(taken.map(({ isCut }) => isCut)).toEqual([false, false, false, true, true])
  expect(charsOf(taken.flatMap(({ events }) => events))).toBe(logLimits.stream)
  const ended = bounds.take(tool('a', 'completed')).events
  expect(saidIn(ended)).toEqual(['500,000 more characters of its output are not shown.'])
  expect(ended.at(-1)).toMatchObject({ type: 'tool', status: 'completed' })
  expect(bounds.take(output('b', 'next')).events).toHaveLength(1)
})

test('a task’s text has a limit of its own, however many commands write it; its end says what is not shown', () => {
  const bounds = createLogBounds()
  const taken = Array.from({ length: 60_000 }, (_, n) => bounds.take(output(`key-${n}`, 'y'.repeat(100))).events)
  const shown = charsOf(taken.flat())
  expect(shown).toBeGreaterThan(0)
  expect(shown).toBeLessThan(logLimits.text)
  const left = 60_000 * 100 - shown
  expect(saidIn(bounds.take(end).events)).toEqual([
    `${left.toLocaleString('en-US')} more characters of this task are not shown: its log is full.`,
  ])
})

test('steps without end are left out in the end, and what people need never is', () => {
  const bounds = createLogBounds()
  let steps = 0
  for (let n = 0; n < 200_000; n += 1) steps += bounds.take(tool(`step-${n}`, 'running')).events.length
  expect(steps).toBeLessThan(200_000)
  const person: TaskEvent = { type: 'message', at, role: 'person', text: 'Stop.' }
  const facts: TaskEvent[] = [{ ...end, state: 'input-required' }, person, { type: 'diff', at, files: [], total: 0 }]
  for (const fact of facts) expect(bounds.take(fact).events).toEqual([fact])
  expect(saidIn(bounds.take(end).events)).toEqual([
    `${(200_000 - steps).toLocaleString('en-US')} more steps of this task are not shown: its log is full.`,
  ])
})
