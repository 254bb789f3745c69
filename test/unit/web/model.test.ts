import { describe, expect, test } from 'vitest'
import { isOnItsWay, needsAnswer, withList } from '#web/app/model/cards.ts'
import { togetherOf } from '#web/app/model/together.ts'
import { placeOf } from '#web/app/router.ts'
import { editsOf } from '#web/app/views/operation-parts.ts'
import { subjectOf } from '#web/app/views/operation-words.ts'
import { stepsOf } from '#web/app/views/steps.tsx'
import { shellFileFor } from '#web/service-worker/shell-cache.ts'
import { pathFrom, touchedLines } from '#web/shared/touched.ts'
import { byteSize } from '#web/texts/exact-times.ts'
import { relativeTime } from '#web/texts/times.ts'
import { approvalId, approvalWith, cardWith, operationWith, receiptWith } from './world.ts'

const now = 100_000_000
const card = (last: string, iat: number, expiresAt: number, change = {}) =>
  cardWith(approvalWith({}, { id: approvalId(last), iat, expiresAt }), change)
const decision = { id: 'dec_1', answer: 'approve' as const, state: 'sent' as const, at: 1 }

describe('what needs an answer', () => {
  test('what ends soon comes first, soonest first; the rest newest first', () => {
    const cards = [
      card('1', 1, now + 9e7),
      card('2', 2, now + 9e7),
      card('3', 0, now + 600_000),
      card('4', 0, now + 300_000),
    ]
    const order = needsAnswer(new Map(cards.map((one) => [one.id, one])), now).map(({ id }) => id.at(-1))
    expect(order).toEqual(['4', '3', '2', '1'])
  })

  test('not what is answered, settled, expired or forgotten by the relay; again what was refused', () => {
    const cards = [
      card('1', 1, now + 9e7, { decision }),
      card('2', 2, now + 9e7, { receipt: receiptWith('denied') }),
      card('3', 3, now - 1),
      card('4', 4, now + 9e7, { decision: { ...decision, state: 'refused' } }),
      card('5', 5, now + 9e7, { decision: { ...decision, state: 'refused' }, gone: true }),
    ]
    expect(needsAnswer(new Map(cards.map((one) => [one.id, one])), now).map(({ id }) => id.at(-1))).toEqual(['4'])
    expect(cards.filter(isOnItsWay).map(({ id }) => id.at(-1))).toEqual(['1'])
  })

  test('a list drops what is open and not in it, and keeps what is on its way', () => {
    const mine = card('1', 1, now + 9e7, { decision })
    const elsewhere = card('2', 2, now + 9e7)
    const before = new Map([mine, elsewhere].map((one) => [one.id, one]))
    expect([...withList(before, [card('3', 3, now + 9e7)]).keys()].map((id) => id.at(-1)).sort()).toEqual(['1', '3'])
  })
})

describe('after the tap', () => {
  const states = (change: Parameters<typeof stepsOf>[0]) =>
    stepsOf(change).map(({ word, state }) => `${word}: ${state}`)

  test.each([
    [
      { decision: { ...decision, state: 'kept' as const } },
      ['Kept on this device: now', 'Applied by the host: later', 'Done: later'],
    ],
    [{ decision }, ['Sent: done', 'Applied by the host: now', 'Done: later']],
    [{ decision, receipt: receiptWith('released') }, ['Sent: done', 'Applied by the host: done', 'Done: now']],
    [{ decision, receipt: receiptWith('executed') }, ['Sent: done', 'Applied by the host: done', 'Done: done']],
    [
      { decision, receipt: receiptWith('indeterminate') },
      ['Sent: done', 'Applied by the host: done', 'Unclear: failed'],
    ],
    [{ decision, receipt: receiptWith('stale') }, ['Sent: done', 'Stale: failed']],
    [{ decision: { ...decision, answer: 'deny' as const } }, ['Sent: done', 'Applied by the host: now']],
    [
      { decision: { ...decision, answer: 'deny' as const }, receipt: receiptWith('denied') },
      ['Sent: done', 'Denied: done'],
    ],
    [
      { decision: { ...decision, state: 'refused' as const, code: 'approval_expired' as const } },
      ['Not applied: failed'],
    ],
  ])('%#: no step is checked before it is true', (change, expected) => {
    expect(states(change)).toEqual(expected)
  })
})

describe('places', () => {
  test.each([
    ['/', 'waiting'],
    ['/tasks', 'tasks'],
    ['/new', 'new'],
    ['/approval/apr_1', 'approval'],
    ['/task/tsk_1', 'task'],
    ['/pair', 'pair'],
    ['/tasks/x', 'nowhere'],
    ['/approval/a/b', 'nowhere'],
    ['/constructor', 'nowhere'],
  ])('%s is %s', (path, at) => {
    expect(placeOf(new URL(path, 'https://app.example')).at).toBe(at)
  })

  test('a pairing link is kept whole', () => {
    const href = 'https://app.example/p#AbC'
    expect(placeOf(new URL(href))).toEqual({ at: 'pair', link: href })
    expect(placeOf(new URL('https://app.example/p'))).toEqual({ at: 'pair', link: null })
  })
})

describe('the kept shell', () => {
  const origin = 'https://app.example'
  const shell = { version: '1', files: ['/index.html', '/assets/a.js'] }
  const ask = (path: string, mode: RequestMode = 'no-cors', method = 'GET') =>
    shellFileFor({ url: new URL(path, origin).href, method, mode }, origin, shell)

  test('answers every place inside the app with the page', () => {
    for (const path of ['/', '/approval/apr_1', '/p#secret']) expect(ask(path, 'navigate')).toBe('/index.html')
    expect(ask('/assets/a.js')).toBe('/assets/a.js')
  })

  test('never answers for the relay, for others, or what it does not have', () => {
    expect(ask('/v1/relay', 'cors')).toBeNull()
    expect(ask('/v1/relay', 'navigate')).toBeNull()
    expect(ask('/@connections/x')).toBeNull()
    expect(ask('/assets/b.js')).toBeNull()
    expect(ask('/assets/a.js', 'cors', 'POST')).toBeNull()
    expect(ask('https://other.example/assets/a.js')).toBeNull()
    expect(ask('/file.txt', 'navigate')).toBeNull()
  })
})

describe('what an operation touches', () => {
  test('paths are shown from the folder, and only real parents count', () => {
    expect(pathFrom('/a/b', '/a/b/c')).toBe('c')
    expect(pathFrom('/a/b', '/a/bc')).toBe('/a/bc')
    expect(pathFrom('/', '/x')).toBe('x')
    const lines = touchedLines(
      operationWith({ files: ['/p/old', '/p/older', '/p/old/x'].map((path) => ({ path, change: 'delete' })) }),
    )
    expect(lines.map(({ path, inside }) => [path, inside])).toEqual([
      ['/p/old', 1],
      ['/p/older', 0],
    ])
  })

  test('an edit is shown as rows only when its input is nothing but edits', () => {
    const edits = [{ path: '/a', line: 1, removed: 'x', added: 'y' }]
    const of = (input: string) => editsOf(operationWith({ kind: 'edit', input }))
    expect(of(JSON.stringify({ edits }))).toEqual(edits)
    expect(of(JSON.stringify({ edits, also: 'this' }))).toBeNull()
    expect(of(JSON.stringify({ edits: [{ ...edits[0], more: 1 }] }))).toBeNull()
    expect(of('nonsense')).toBeNull()
    expect(of('null')).toBeNull()
  })

  test('its subject is the command, else the files, else the input', () => {
    expect(subjectOf(operationWith()).text).toBe('rm -rf build')
    expect(subjectOf(operationWith({ command: null, input: '{"a":1}' })).text).toBe('{"a":1}')
  })
})

test('times and sizes are words', () => {
  expect(relativeTime(now + 8 * 3_600_000, now)).toBe('in 8 hours')
  expect(relativeTime(now - 90_000, now)).toBe('1 minute ago')
  expect(relativeTime(now - 30_000, now)).toBe('now')
  expect(byteSize(1_300_000)).toBe('1.3 MB')
  expect(byteSize(0)).toBe('0 byte')
})

describe('what can be answered together', () => {
  const one = (last: string, command: string | null, task: string | null, project = 'greetings') =>
    cardWith(
      approvalWith({ command, kind: command === null ? 'edit' : 'command' }, { id: approvalId(last), task, project }),
    )
  const ids = (groups: ReturnType<typeof togetherOf>) =>
    groups.map(({ cards, alike }) => `${alike ? 'alike' : 'task'} ${cards.map(({ id }) => id.at(-1)).join('')}`)

  test('the same command in several places, then what one task asks; one alone is no group', () => {
    const cards = [
      one('1', 'npm test', 'tsk_1', 'a'),
      one('2', 'npm test', 'tsk_2', 'b'),
      one('3', 'ls', 'tsk_1'),
      one('4', null, 'tsk_1'),
      one('5', null, 'tsk_2'),
      one('6', null, null),
      one('7', null, null),
    ]
    expect(ids(togetherOf(cards, () => true))).toEqual(['alike 12', 'task 34'])
  })

  test('only what one tap may answer', () => {
    const cards = [one('1', 'ls', 'tsk_1'), one('2', 'npm publish', 'tsk_1')]
    expect(togetherOf(cards, ({ id }) => id.endsWith('1'))).toEqual([])
  })
})
