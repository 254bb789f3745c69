import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import { makeLease } from '#trust/lease.ts'
import { makeRemoveKey } from '#trust/trust-entries.ts'
import { webCrypto } from '#trust/web-crypto.ts'
import { addDevice, foundTeam, type Team } from '../support/member.ts'
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
  expect(await kept()).toEqual([])
  await write([await lease(now + 1)])
  expect(await kept()).toEqual([])
})
