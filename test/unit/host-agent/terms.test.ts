import { expect, test } from 'vitest'
import { readPolicy } from '#host-agent/policy/policy.ts'
import { joinTerms } from '#host-agent/policy/terms.ts'

test('a rule only adds to what the file wants', () => {
  const file = { persons: 2, gesture: 'hold', groups: ['leads'], notRequester: true } as const
  expect(
    joinTerms({ ...file, groups: ['leads'] }, { persons: 1, gesture: 'tap', groups: ['ops'], notRequester: false }),
  ).toEqual({
    persons: 2,
    gesture: 'hold',
    groups: ['leads', 'ops'],
    notRequester: true,
    once: false,
  })
  expect(joinTerms({}, { persons: 3, gesture: 'code' })).toMatchObject({ persons: 3, gesture: 'code' })
})

test.each([
  ['rules: [{ match: {}, verdict: ask, groups: [nobody] }]', 'a group is named'],
  ['rules: []\napproval: { escalate: [{ to: nobody, afterMinutes: 0 }] }', 'a group is named'],
  [
    'groups: { a: [] }\nrules: [{ match: {}, verdict: ask, escalate: [{ to: a, afterMinutes: 5 }] }]',
    'after 0 minutes',
  ],
  ['groups: { a: [ada] }\nrules: []', ''],
])('%s is no policy', async (text, why) => {
  const read = await readPolicy(`version: 1\n${text}\n`)
  expect(read).toMatchObject({ ok: false, code: 'policy_invalid' })
  expect(read.ok ? '' : read.detail).toContain(why)
})
