import { beforeEach, expect, test } from 'vitest'
import { createFatigue, type Fatigue, fatigueLimits } from '#host-agent/fatigue.ts'
import type { JournalEntry } from '#host-agent/journal-entry.ts'
import type { Memory } from '#host-agent/memory.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { type HandClock, handClock } from '#test/support/hand-clock.ts'

let clock: HandClock
let paused: boolean
let said: TaskEvent[]
let fatigue: Fatigue

beforeEach(() => {
  clock = handClock()
  paused = false
  said = []
  const memory = {
    tasks: { get: () => ({ paused }) },
    async record(entry: JournalEntry) {
      paused = entry.type === 'paused'
    },
  } as unknown as Memory
  fatigue = createFatigue({ memory, clock, emit: (_, event) => void said.push(event) })
})

const goes = async () => {
  const told: string[] = []
  void fatigue.turn('tsk_1').then((how) => told.push(how))
  await Promise.resolve()
  return told
}

test('five cards are up at once; the next comes up when one is answered', async () => {
  for (let card = 0; card < fatigueLimits.openCards; card += 1) expect(await goes()).toEqual(['go'])
  const sixth = await goes()
  expect([sixth, fatigue.held('tsk_1')]).toEqual([[], 1])
  fatigue.closed('tsk_1')
  await Promise.resolve()
  expect([sixth, fatigue.held('tsk_1')]).toEqual([['go'], 0])
})

test('what waits for its turn ends with its task', async () => {
  for (let card = 0; card < fatigueLimits.openCards; card += 1) await goes()
  const waiting = await goes()
  fatigue.cancel('tsk_1')
  await Promise.resolve()
  expect(waiting).toEqual(['canceled'])
})

test('twelve pushes in ten minutes, then one that says that more waits, then none; later again', () => {
  const announced = Array.from({ length: 15 }, () => fatigue.announce('tsk_1'))
  expect(announced.slice(0, 12).every((how) => how === 'push')).toBe(true)
  expect(announced.slice(12)).toEqual(['digest', 'silent', 'silent'])
  expect(fatigue.announce('tsk_2')).toBe('push')
  clock.advance(fatigueLimits.pushWindowMs + 1)
  expect(fatigue.announce('tsk_1')).toBe('push')
})

test('three denials within ten minutes pause the session, until somebody resumes it', async () => {
  await fatigue.answered('tsk_1', 'deny')
  await fatigue.answered('tsk_1', 'approve')
  await fatigue.answered('tsk_1', 'deny')
  expect(await goes()).toEqual(['go'])
  await fatigue.answered('tsk_1', 'deny')
  const held = await goes()
  expect(held).toEqual([])
  expect(said).toMatchObject([{ type: 'notice', code: 'session_paused' }])
  await fatigue.resume('tsk_1')
  await Promise.resolve()
  expect(held).toEqual(['go'])
})

test('three denials over a longer time do not; one report does', async () => {
  for (let denial = 0; denial < 3; denial += 1) {
    await fatigue.answered('tsk_1', 'deny')
    clock.advance(fatigueLimits.denialWindowMs / 2)
  }
  expect(paused).toBe(false)
  await fatigue.answered('tsk_1', 'report')
  expect(paused).toBe(true)
})
