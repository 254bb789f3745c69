import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { newId } from '#protocol/ids.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import { ask, decide, judged, MINUTE, NOW, newTeam, type World, withDevice } from '#test/support/trust-world.ts'
import { checkDecision } from '#trust/check-decision.ts'
import { isEnough } from '#trust/quorum.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

const group = (name: string, ...persons: string[]) => ({ name, persons })

test.each<[string, Approval['quorum'], string[], boolean]>([
  ['one of one', { persons: 1 }, ['ada'], true],
  ['nobody', { persons: 1 }, [], false],
  ['one person twice', { persons: 2 }, ['ada', 'ada'], false],
  ['two of two', { persons: 2 }, ['ada', 'bob'], true],
  ['two, none of the group', { persons: 2, groups: [group('leads', 'eve')] }, ['ada', 'bob'], false],
  ['two, one of the group', { persons: 2, groups: [group('leads', 'bob')] }, ['ada', 'bob'], true],
  ['one for two groups', { persons: 1, groups: [group('a', 'ada'), group('b', 'ada')] }, ['ada'], false],
  ['two, both groups', { persons: 1, groups: [group('a', 'ada', 'bob'), group('b', 'ada')] }, ['ada', 'bob'], true],
  ['an empty group', { persons: 1, groups: [group('a')] }, ['ada'], false],
])('%s', (_, quorum, approved, enough) => {
  expect(isEnough(quorum, approved)).toBe(enough)
})

test('with groups it is enough exactly when each can have a person of its own', () => {
  const names = ['a', 'b', 'c', 'd']
  const someone = fc.subarray(names)
  const tryAll = (groups: string[][], left: string[]): boolean =>
    groups.length === 0 ||
    (groups[0] ?? []).some(
      (one) =>
        left.includes(one) &&
        tryAll(
          groups.slice(1),
          left.filter((name) => name !== one),
        ),
    )
  fc.assert(
    fc.property(
      fc.array(someone, { maxLength: 4 }),
      someone,
      fc.integer({ min: 1, max: 3 }),
      (groups, approved, persons) => {
        const quorum = { persons, groups: groups.map((members, at) => group(String(at), ...members)) }
        expect(isEnough(quorum, approved)).toBe(approved.length >= persons && tryAll(groups, approved))
      },
    ),
  )
})

let world: World
let ada: Awaited<ReturnType<typeof withDevice>>
const person = newId('per', NOW)
beforeAll(async () => {
  world = await newTeam()
  ada = await withDevice(world, { person })
})
const codeOf = async (change: Partial<Approval>, answer: 'approve' | 'deny' = 'approve', now = NOW + 2 * MINUTE) => {
  const asked = await ask(world, change)
  const decision = await decide(world, ada.device, asked, { answer })
  const result = await checkDecision(c, judged(world, asked, decision, { team: ada.team, now }))
  return result.ok ? 'accepted' : result.code
}

test('who asked for the work does not approve it where the policy says so, and may deny it', async () => {
  expect(await codeOf({ quorum: { persons: 1, without: person } })).toBe('decision_requester')
  expect(await codeOf({ quorum: { persons: 1, without: person } }, 'deny')).toBe('accepted')
  expect(await codeOf({ quorum: { persons: 1, without: newId('per', NOW) } })).toBe('accepted')
})

test('a group that is asked later approves from then on, by the host’s clock', async () => {
  const steps = [
    { at: NOW, group: group('first', newId('per', NOW)) },
    { at: NOW + 5 * MINUTE, group: group('second', person) },
  ]
  expect(await codeOf({ steps })).toBe('decision_not_asked')
  expect(await codeOf({ steps }, 'deny')).toBe('accepted')
  expect(await codeOf({ steps }, 'approve', NOW + 5 * MINUTE)).toBe('accepted')
  expect(await codeOf({ steps: steps.slice(0, 1) }, 'approve', NOW + 9 * MINUTE)).toBe('decision_not_asked')
})
