import { expect, test } from 'vitest'
import { isAsked, mayDecide } from '#client/may-decide.ts'
import { newId } from '#protocol/ids.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import type { Rights } from '#protocol/statements/trust-entry.ts'
import { makeAddDevice } from '#trust/trust-entries.ts'
import { appendEntry } from '#trust/trust-log.ts'
import { ask, crypto, foundTeam, must, newKeys } from './team-world.ts'

const now = Date.now()
const person = newId('per', now)

async function world(rights: Partial<Rights>) {
  const { device: owner, host, team: born } = await foundTeam()
  const device = await newKeys()
  const entry = await makeAddDevice(crypto, owner, born, {
    device: device.keys,
    rights: { person, role: 'approver', hosts: '*', maxTier: 3, ...rights },
    now,
  })
  const team = must(await appendEntry(crypto, born, entry))
  const { approval } = await ask(host, team)
  return { who: { team, kid: device.keys.kid, now }, approval }
}

const others = { name: 'leads', persons: [newId('per', now)] }
const mine = { name: 'mine', persons: [person] }

test.each<[string, Partial<Rights>, Partial<Approval>, boolean]>([
  ['an approver is asked', {}, {}, true],
  ['a viewer only looks on', { role: 'viewer', maxTier: 0 }, {}, false],
  ['who may not so far is not asked', { maxTier: 1 }, { tier: 2 }, false],
  ['who may, but has no passkey yet, is asked', {}, { gesture: 'passkey' }, true],
  ['who asked for it themselves is not asked', {}, { quorum: { persons: 1, without: person } }, false],
  [
    'others come first',
    {},
    {
      steps: [
        { at: now, group: others },
        { at: now + 60_000, group: mine },
      ],
    },
    false,
  ],
  ['it is their turn', {}, { steps: [{ at: now, group: mine }] }, true],
])('whom an approval waits for: %s', async (_, rights, change, expected) => {
  const { who, approval } = await world(rights)
  const asked = { ...approval, ...change }
  expect(isAsked(who, asked)).toBe(expected)
  if (!expected) expect(mayDecide(who, asked, 'approve').ok).toBe(false)
})
