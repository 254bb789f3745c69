import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { collectWhenIdle } from '#cli/collect-when-idle.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const task = (taskId: string, state: string) => ({ event: 'task', taskId, state }) as const

test('memory is given back once nothing has happened for a while, and never while a task is at work', () => {
  let collected = 0
  const tell = collectWhenIdle(() => {
    collected += 1
  })
  tell({ event: 'connection', state: 'online' })
  vi.advanceTimersByTime(4_000)
  tell({ event: 'connection', state: 'online' })
  vi.advanceTimersByTime(4_000)
  expect(collected).toBe(0)
  vi.advanceTimersByTime(1_000)
  expect(collected).toBe(1)
  tell(task('a', 'working'))
  tell(task('b', 'working'))
  tell(task('a', 'completed'))
  vi.advanceTimersByTime(60_000)
  expect(collected).toBe(1)
  tell(task('b', 'failed'))
  vi.advanceTimersByTime(60_000)
  expect(collected).toBe(2)
})

test('without a collector nothing is planned', () => {
  collectWhenIdle(undefined)({ event: 'connection', state: 'online' })
  expect(vi.getTimerCount()).toBe(0)
})
