import { expect, test } from 'vitest'
import { memoryStore } from '#client/store.ts'
import { listWitnesses, witnessAudit } from '#client/witness.ts'

const host = `hst_${'h'.repeat(43)}`
const head = (n: number, letter = 'a') => ({ n, hash: letter.repeat(43) })

test('the highest head is kept, and an older word that arrives late changes nothing', async () => {
  const store = memoryStore()
  await witnessAudit(store, host, { head: head(5), at: 50 })
  await witnessAudit(store, host, { head: head(9), at: 90 })
  await witnessAudit(store, host, { head: head(7), at: 70 })
  expect(await listWitnesses(store)).toEqual([{ host, head: head(9), at: 90 }])
})

test.each([
  ['a lower number signed later', head(8), 91],
  ['another hash for the same number', head(9, 'b'), 90],
])('%s is an alarm that stays', async (_name, later, at) => {
  const store = memoryStore()
  await witnessAudit(store, host, { head: head(9), at: 90 })
  await witnessAudit(store, host, { head: later, at })
  await witnessAudit(store, host, { head: head(20), at: 200 })
  expect(await listWitnesses(store)).toEqual([{ host, head: head(20), at: 200, broken: { head: later, at } }])
})
