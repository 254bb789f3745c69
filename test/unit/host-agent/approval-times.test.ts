import { expect, test } from 'vitest'
import { timesOf } from '#host-agent/approvals/approval-times.ts'
import { readPolicy } from '#host-agent/policy/policy.ts'
import type { Tier } from '#protocol/statements/trust-entry.ts'
import { NOW } from '#test/support/trust-world.ts'

const times = (tier: Tier, settings: Parameters<typeof timesOf>[0] = {}) => {
  const { expiresAt, releaseBy } = timesOf(settings, tier, NOW)
  return [(expiresAt - NOW) / 60_000, (releaseBy - expiresAt) / 60_000]
}

test('a day for what is usual, a quarter of an hour for what is critical', () => {
  for (const tier of [0, 1, 2] as const) expect(times(tier)).toEqual([8 * 60, 24 * 60])
  expect(times(3)).toEqual([15, 10])
})

test('the policy says it for each tier; one number never makes tier 3 longer', () => {
  const byTier = { expiresMinutes: { '1': 60, '3': 30 }, releaseMinutes: { '2': 5 } }
  expect([0, 1, 2, 3].map((tier) => times(tier as Tier, byTier))).toEqual([
    [60, 24 * 60],
    [60, 24 * 60],
    [8 * 60, 5],
    [30, 10],
  ])
  expect(times(2, { expiresMinutes: 600, releaseMinutes: 600 })).toEqual([600, 600])
  expect(times(3, { expiresMinutes: 600, releaseMinutes: 600 })).toEqual([15, 10])
  expect(times(3, { expiresMinutes: 5, releaseMinutes: 5 })).toEqual([5, 5])
})

test('a policy file takes both forms, and a week at most', async () => {
  const read = async (approval: string) => (await readPolicy(`version: 1\nrules: []\napproval: { ${approval} }\n`)).ok
  expect(await read('expiresMinutes: 60, releaseMinutes: { 3: 5 }')).toBe(true)
  expect(await read('expiresMinutes: { 3: 10080 }')).toBe(true)
  expect(await read('expiresMinutes: { 3: 10081 }')).toBe(false)
  expect(await read('expiresMinutes: { 4: 5 }')).toBe(false)
})
