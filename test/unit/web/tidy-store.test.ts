import { expect, test } from 'vitest'
import { memoryStore } from '#client/store.ts'
import { limits } from '#protocol/limits.ts'
import { tidyStore } from '#web/app/model/tidy-store.ts'
import { approvalId, approvalWith, cardWith } from './world.ts'

test('what is old goes; what can’t be read is skipped, stays, and keeps nothing else from going', async () => {
  const store = memoryStore()
  const old = approvalWith({}, { id: approvalId('1'), releaseBy: 1 })
  const now = limits.retentionMs + 1_000
  const young = approvalWith({}, { id: approvalId('2'), releaseBy: now })
  for (const [key, value] of Object.entries({
    'approval/a': null,
    'approval/b': { id: 'b' },
    [`approval/${old.id}`]: cardWith(old),
    [`approval/${young.id}`]: cardWith(young),
    'task/a': null,
    'task/b': 'words',
    'task/t1': { id: 't1', hostId: 'hst_1', text: 'old', createdAt: 1 },
    'task/t2': { id: 't2', hostId: 'hst_1', text: 'old, at work', createdAt: 1 },
    'draft/a': null,
    'draft/b': { at: 1, value: 'old' },
    'draft/c': { at: now, value: 'young' },
  }))
    await store.put(key, value)
  await tidyStore(store, now, new Set(['t2']))
  expect((await store.list('')).map(({ key }) => key)).toEqual(
    ['approval/a', `approval/${young.id}`, 'approval/b', 'draft/a', 'draft/c', 'task/a', 'task/b', 'task/t2'].sort(),
  )
})
