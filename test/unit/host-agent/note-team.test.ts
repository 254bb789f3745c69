import { expect, test } from 'vitest'
import type { JournalEntry } from '#host-agent/journal/journal-entry.ts'
import { noteTeam } from '#host-agent/team/note-team.ts'
import { keepUsage } from '#host-agent/usage/keep-usage.ts'
import { handClock } from '#test/support/hand-clock.ts'

const noted: JournalEntry[] = []
const memory = { record: async (entry: JournalEntry) => void noted.push(entry) }

test('the journal is told of a new head, of who was unpaired and who is back; of nothing else', async () => {
  const head = { n: 2, hash: 'A'.repeat(43) }
  const ada = { kid: 'B'.repeat(43), n: 2, at: 1 }
  await noteTeam(memory, { head: null, unpaired: [] }, { head, unpaired: [] })
  await noteTeam(memory, { head, unpaired: [] }, { head, unpaired: [ada] })
  await noteTeam(memory, { head, unpaired: [ada] }, { head, unpaired: [ada] })
  await noteTeam(memory, { head, unpaired: [ada] }, { head, unpaired: [] })
  const change = { type: 'unpaired', kid: ada.kid }
  expect(noted).toEqual([
    { type: 'trust', ...head },
    { ...change, undo: false },
    { ...change, undo: true },
  ])
})

test('what a turn took is in the chain, and not in the usage log alone', () => {
  noted.length = 0
  const spent = { agent: 'custom', model: 'm', input: 1, output: 2, ms: 3 }
  const ports = { memory, routes: [], clock: handClock(), log: () => {} }
  const usage = { add: async () => {}, close: async () => {} }
  const keep = keepUsage({ ...ports, usage, budget: { spent() {}, usedUp: () => null, widen() {} } })
  keep({ task: { id: 'tsk_1', request: { text: '' } } as never, project: 'p' }, { type: 'usage', ...spent })
  expect(noted).toEqual([{ type: 'usage', taskId: 'tsk_1', ...spent }])
})
