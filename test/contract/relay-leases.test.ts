import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import { makeLease } from '#trust/lease.ts'
import { makeAddDevice, makeRemoveKey } from '#trust/trust-entries.ts'
import { appendEntry } from '#trust/trust-log.ts'
import { webCrypto } from '#trust/web-crypto.ts'
import { addDevice, foundTeam, member, newKeys, type Team } from '../support/member.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'

let relay: TestRelay
let team: Team
beforeAll(async () => {
  relay = await startTestRelay()
  team = await foundTeam(relay)
})
afterAll(() => relay.close())

test('the longest lease of each device is kept, by owners only, and goes with its key', async () => {
  const phone = await addDevice(relay, team)
  const lease = (now: number, by = team.owner.pair, kid = phone.kid) =>
    makeLease(webCrypto, by, team.state, { kid, now })
  const write = async (leases: string[], by = team.owner) =>
    (await by.call('leases.write', { body: { leases } })).problem
  const kept = async () => (await team.host.call('leases.read')).answer.leases
  const now = Date.now()
  const [longer, shorter] = [await lease(now), await lease(now - limits.leaseMs)]
  await write([longer])
  await write([shorter])
  expect(await kept()).toEqual([longer])
  expect((await write([await lease(now + 1, phone.pair, team.owner.kid)], phone)).type).toBe('trust_entry_refused')
  expect((await write([await lease(now + 1, team.owner.pair, team.owner.kid)])).type).toBe('trust_entry_refused')
  expect((await write(['A.A.A'])).type).toBe('statement_invalid')
  expect(await kept()).toEqual([longer])
  const entry = await makeRemoveKey(webCrypto, team.owner.pair, team.state, { kid: phone.kid, now })
  expect((await team.owner.call('trust.append', { body: { entry } })).status).toBe(200)
  const after = await appendEntry(webCrypto, team.state, entry)
  if (after.ok) team.state = after.value
  expect(await kept()).toEqual([])
  await write([await lease(now + 1)])
  expect(await kept()).toEqual([])
})

test('what hosts and devices would refuse is not stored: the log would stand still for all', async () => {
  const then = Date.now() - limits.leaseMs - 60_000
  const { pair } = await addDevice(relay, team, { role: 'owner', maxTier: 3 }, { now: () => then })
  const other = member(relay, pair, team.teamId)
  const rights = { person: team.person, role: 'approver', hosts: '*', maxTier: 1 } as const
  const adding = async (now: number) => {
    const { keys: device } = await newKeys()
    const entry = await makeAddDevice(webCrypto, pair, team.state, { device, rights, now })
    return (await other.call('trust.append', { body: { entry } })).problem.type
  }
  expect(await adding(Date.now())).toBe('trust_entry_lapsed')
  expect(await adding(then)).toBe('trust_entry_lapsed')
  expect(await adding(Date.now() + limits.leaseMs)).toBe('clock_wrong')
})
