import { beforeEach, expect, test } from 'vitest'
import { createFatigue, type Fatigue, fatigueLimits, type Turn } from '#host-agent/approvals/fatigue.ts'
import type { JournalEntry } from '#host-agent/journal/journal-entry.ts'
import type { Memory } from '#host-agent/journal/memory.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { type HandClock, handClock } from '#test/support/hand-clock.ts'

let clock: HandClock
let pauses: Map<string, { paused: boolean; at: number }>
let noted: JournalEntry[]
let said: TaskEvent[]
let told: number
let fatigue: Fatigue

beforeEach(() => {
  clock = handClock()
  pauses = new Map()
  noted = []
  said = []
  told = 0
  const memory = {
    approvals: new Map(),
    tasks: { has: (id: string) => id.startsWith('tsk_') },
    pauses,
    async record(entry: JournalEntry) {
      noted.push(entry)
      if (entry.type === 'paused' || entry.type === 'resumed')
        pauses.set(entry.taskId ?? entry.session ?? '', { paused: entry.type === 'paused', at: clock.now() })
    },
  } as unknown as Memory
  const statusChanged = () => {
    told += 1
  }
  fatigue = createFatigue({ memory, clock, emit: (_, event) => void said.push(event), statusChanged })
})

let cards = 0
/** What becomes of a question; one that goes is a card. */
const goes = async (session = 'tsk_1', signal?: AbortSignal): Promise<Turn[]> => {
  const heard: Turn[] = []
  void fatigue.turn(session, signal).then((how) => {
    heard.push(how)
    cards += 1
    if (how === 'go') fatigue.opened(session, `apr_${cards}`)
  })
  await Promise.resolve()
  return heard
}
const fill = async (session?: string) => {
  cards = 0
  for (let card = 0; card < fatigueLimits.openCards; card += 1) expect(await goes(session)).toEqual(['go'])
}

test('five cards are up at once; the next comes up when one is answered', async () => {
  await fill()
  const sixth = await goes()
  expect([sixth, fatigue.held('tsk_1'), fatigue.isFull('tsk_1')]).toEqual([[], 1, true])
  fatigue.closed('tsk_1', 'apr_1')
  // Said twice, it frees one place.
  fatigue.closed('tsk_1', 'apr_1')
  await Promise.resolve()
  const seventh = await goes()
  expect([sixth, fatigue.held('tsk_1'), seventh]).toEqual([['go'], 1, []])
})

test('what waits for its turn ends with its task, and with whoever asked', async () => {
  await fill()
  const waiting = await goes()
  fatigue.cancel('tsk_1')
  await Promise.resolve()
  expect(waiting).toEqual(['canceled'])
  const asker = new AbortController()
  const other = await goes('tsk_1', asker.signal)
  asker.abort()
  await Promise.resolve()
  expect([other, fatigue.held('tsk_1')]).toEqual([['canceled'], 0])
  fatigue.closed('tsk_1', 'apr_1')
  expect(await goes('tsk_1', asker.signal)).toEqual(['canceled'])
})

test('twelve pushes in ten minutes, then one that says that more waits, then none; later again', () => {
  const announced = Array.from({ length: 15 }, () => fatigue.announce('tsk_1'))
  expect(announced.slice(0, 12).every((how) => how === 'push')).toBe(true)
  expect(announced.slice(12)).toEqual(['digest', 'silent', 'silent'])
  expect(fatigue.announce('tsk_2')).toBe('push')
  clock.advance(fatigueLimits.pushWindowMs + 1)
  expect(fatigue.announce('tsk_1')).toBe('push')
})

test('sessions that no task was asked for push no more than one task, whatever they call themselves', () => {
  const announced = Array.from({ length: 15 }, (_, n) => fatigue.announce(`ses_${n}`))
  expect(announced.slice(12)).toEqual(['digest', 'silent', 'silent'])
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

test('a session that no task was asked for is refused while it is paused, and what waited with it; devices are told', async () => {
  await fill('ses_1')
  const waiting = await goes('ses_1')
  await fatigue.answered('ses_1', 'report')
  expect([waiting, await goes('ses_1'), await goes('ses_2')]).toEqual([['paused'], ['paused'], ['go']])
  expect([noted, said, told]).toEqual([[{ type: 'paused', taskId: null, session: 'ses_1' }], [], 1])
  fatigue.closed('ses_1', 'apr_1')
  await fatigue.resume('ses_1')
  expect([await goes('ses_1'), told]).toEqual([['go'], 2])
})

test('three denials over a longer time do not; one report does', async () => {
  for (let denial = 0; denial < 3; denial += 1) {
    await fatigue.answered('tsk_1', 'deny')
    clock.advance(fatigueLimits.denialWindowMs / 2)
  }
  expect(pauses.get('tsk_1')).toBeUndefined()
  await fatigue.answered('tsk_1', 'report')
  expect(pauses.get('tsk_1')?.paused).toBe(true)
})

test('a session that ends puts up no more cards, though those that are up hear of its end before those that wait', async () => {
  await fill()
  const over = new AbortController()
  over.signal.addEventListener('abort', () => fatigue.closed('tsk_1', 'apr_1'))
  const next = await goes('tsk_1', over.signal)
  over.abort()
  await Promise.resolve()
  await Promise.resolve()
  expect(next).toEqual(['canceled'])
})
