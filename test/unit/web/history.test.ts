import { expect, test } from 'vitest'
import { memoryStore } from '#client/store.ts'
import { findEntries, readHistory } from '#web/app/model/history.ts'
import { shareText } from '#web/app/model/share-text.ts'
import { approvalId, approvalWith, cardWith, receiptWith } from './world.ts'

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
  const { entries, unreadable } = await readHistory(await store(), () => 'laptop')
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
  const { entries, unreadable } = await readHistory(kept, () => 'laptop')
  expect(entries.map(({ at }) => at)).toEqual([9, 7, 5])
  expect(unreadable).toBe(4)
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
