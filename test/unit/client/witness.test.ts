import { expect, test } from 'vitest'
import { memoryStore } from '#client/store.ts'
import { listWitnesses, witnessAudit } from '#client/witness.ts'

const host = `hst_${'h'.repeat(43)}`
const head = (n: number, letter = 'a') => ({ n, hash: letter.repeat(43) })
const day = 24 * 3_600_000

test('the highest head is kept, and an older word that arrives late changes nothing, also when the clock was set back', async () => {
  const store = memoryStore()
  await witnessAudit(store, host, { head: head(5), at: 50 })
  await witnessAudit(store, host, { head: head(9), at: 90 })
  await witnessAudit(store, host, { head: head(7), at: 90 + day })
  expect(await listWitnesses(store)).toEqual([{ host, head: head(9), at: 90, seen: [head(5), head(7), head(9)] }])
})

test.each([
  ['a lower number signed long after', head(8), 90 + 2 * day],
  ['another hash for the same number', head(9, 'b'), 90],
  ['another hash for a number before', head(5, 'b'), 91],
])('%s is an alarm that stays', async (_name, later, at) => {
  const store = memoryStore()
  await witnessAudit(store, host, { head: head(5), at: 50 })
  await witnessAudit(store, host, { head: head(9), at: 90 })
  await witnessAudit(store, host, { head: later, at })
  await witnessAudit(store, host, { head: head(20), at: 3 * day })
  expect(await listWitnesses(store)).toMatchObject([{ host, head: head(20), broken: { head: later, at } }])
})
