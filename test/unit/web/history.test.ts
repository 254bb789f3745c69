import { expect, test } from 'vitest'
import { memoryStore } from '#client/store.ts'
import { newId } from '#protocol/ids.ts'
import type { CountedDecision } from '#protocol/statements/receipt.ts'
import type { Narrowing, Readers } from '#web/app/model/history.ts'
import { choicesOf, findEntries, readHistory } from '#web/app/model/history.ts'
import { shareText } from '#web/app/model/share-text.ts'
import { approvalId, approvalWith, cardWith, receiptWith } from './world.ts'

const [ada, grace] = [newId('per', 0), newId('per', 1)]
const readers: Readers = {
  hostName: () => 'laptop',
  names: {
    ofDevice: (kid) => (kid === 'a1' ? 'Ada · Pixel' : kid === 'a2' ? 'Ada · Desk' : 'Grace · Phone'),
    ofPerson: String,
  },
  self: { device: 'a1', person: ada },
}

async function store() {
  const kept = memoryStore()
  const file = { path: '/home/ada/shop/src/café.ts', change: 'modify' as const }
  const edit = approvalWith(
    { kind: 'edit', command: null, files: [file] },
    { id: approvalId('1'), iat: 5, project: 'shop' },
  )
  await kept.put('approval/1', cardWith(edit, { receipt: receiptWith('denied') }))
  await kept.put('approval/2', cardWith(approvalWith({}, { iat: 9 })))
  await kept.put('task/t1', { id: 't1', hostId: 'hst_1', text: 'Fix the Café test', createdAt: 7 })
  return kept
}

test('tasks and approvals, newest first, found by words of any of their parts', async () => {
  const { entries, unreadable } = await readHistory(await store(), readers)
  expect(unreadable).toBe(0)
  expect(entries.map(({ at }) => at)).toEqual([9, 7, 5])
  const found = (question: string) => findEntries(entries, question).map(({ at }) => at)
  expect(found('cafe')).toEqual([7, 5])
  expect(found('CAFÉ denied')).toEqual([5])
  expect(found('rm laptop')).toEqual([9])
  expect(found('nothing of it')).toEqual([])
  expect(found('  ')).toHaveLength(3)
})

test('what another version has written, or what is damaged, is left out and counted', async () => {
  const kept = await store()
  for (const [key, value] of Object.entries({
    'task/null': null,
    'task/old': { id: 'old', words: 'x' },
    'approval/old': { id: 'old', jws: 'a.b.c' },
    // All that is looked at first is there, and no more.
    'approval/deep': { ...cardWith(), approval: { ...approvalWith(), operation: {} } },
  }))
    await kept.put(key, value)
  const { entries, unreadable } = await readHistory(kept, readers)
  expect(entries.map(({ at }) => at)).toEqual([9, 7, 5])
  expect(unreadable).toBe(4)
})

test('narrowed by kind, by who decided on which device, and by outcome; what was not counted was decided by nobody', async () => {
  const kept = await store()
  const decided = (at: number, outcome: 'executed' | 'denied', decisions: CountedDecision[]) =>
    kept.put(
      `approval/at-${at}`,
      cardWith(approvalWith({}, { iat: at }), { receipt: receiptWith(outcome, { decisions }) }),
    )
  await decided(20, 'executed', [{ device: 'a1', person: ada, answer: 'approve', reason: 'Tests pass' }])
  await decided(21, 'denied', [
    { device: 'a2', person: ada, answer: 'deny' },
    { device: 'g1', person: grace, answer: 'approve', code: 'decision_late' },
  ])
  await decided(22, 'executed', [{ device: 'g1', person: grace, answer: 'approve' }])
  await kept.put(
    'approval/own',
    cardWith(approvalWith({}, { iat: 23 }), { decision: { id: 'dec_1', answer: 'deny', state: 'kept', at: 1 } }),
  )
  const { entries } = await readHistory(kept, readers)
  const found = (narrowing: Narrowing, question = '') => findEntries(entries, question, narrowing).map(({ at }) => at)
  expect(found({ kind: 'task' })).toEqual([7])
  expect(found({ by: ada })).toEqual([23, 21, 20])
  expect(found({ by: 'a2' })).toEqual([21])
  expect(found({ by: grace })).toEqual([22])
  expect(found({ by: ada, outcome: 'executed' })).toEqual([20])
  expect(found({ outcome: 'denied', kind: 'edit' })).toEqual([5])
  expect(found({}, 'grace approved')).toEqual([22, 21])
  expect(found({ host: 'hst_1' })).toEqual([7])
  // Ada has two devices to choose from, Grace one.
  expect(choicesOf(entries, 'by')).toEqual([ada, grace, 'a1', 'a2'])
  expect([...choicesOf(entries, 'outcome')].sort()).toEqual(['denied', 'executed'])
  expect(entries.find(({ at }) => at === 20)?.said).toMatchObject([{ device: 'a1', reason: 'Tests pass' }])
})

test('shared is what was asked and what came of it, without links, people, places or ids', () => {
  const command =
    'curl -H x https://user:pw@intern.example/a?t=1 -o /home/ada/greetings/out; mail bob@example.org /root/x'
  const card = cardWith(approvalWith({ command }), { receipt: receiptWith('executed', { exitCode: 0 }) })
  const text = shareText(card)
  expect(text).toContain('Run a command · greetings')
  expect(text).toContain('curl -H x ⟨…⟩ -o ./out; mail ⟨…⟩')
  expect(text).toContain('Done: the host has run it (exit code 0)')
  for (const secret of ['intern', 'ada', 'bob', 'http', card.id, card.approval.host, card.approval.digest])
    expect(text).not.toContain(secret)
})
