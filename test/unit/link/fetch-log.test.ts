import { beforeAll, expect, test } from 'vitest'
import { fetchLog } from '#link/fetch-log.ts'
import { limits } from '#protocol/limits.ts'
import { MINUTE, NOW, newTeam, withDevice } from '#test/support/trust-world.ts'
import { relayOf } from '#test/unit/client/team-world.ts'
import { generateKeys, type KeyPair } from '#trust/keys.ts'
import { makeAddDevice, makeRemoveKey, type TeamState } from '#trust/trust-log.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

// What a newcomer takes over: what the other side stands by, and after it only what anybody would take.
let team: TeamState
let phone: KeyPair

beforeAll(async () => {
  const world = await newTeam()
  const second = await withDevice(world, { role: 'owner' })
  team = second.team
  phone = second.device
})

const take = (further: readonly string[], now: number, leases: readonly string[] = []) =>
  fetchLog(
    c,
    relayOf({
      'trust.read': () => ({ from: 0, entries: [...team.entries, ...further], more: false }),
      'leases.read': () => ({ leases }),
    }),
    { team: team.teamId, head: team.head, now },
  )
const added = async (at: number) =>
  makeAddDevice(c, phone, team, {
    device: (await generateKeys(c, { extractable: true })).keys,
    rights: { person: team.keys.get(phone.keys.kid)?.rights?.person ?? '', role: 'approver', hosts: '*', maxTier: 2 },
    now: at,
  })

test('what has come since the head was named is taken over where it counts', async () => {
  const read = await take([await added(NOW + 1)], NOW + MINUTE)
  expect(read.ok && read.value.entries.length).toBe(team.entries.length + 1)
})

test('a lost owner’s phone adds nothing to what a newcomer takes over, by no date', async () => {
  const lapsed = NOW + limits.leaseMs + MINUTE
  expect(await take([await added(NOW + 1)], lapsed)).toMatchObject({ code: 'trust_entry_lapsed' })
  expect(await take([await added(NOW + 10 * limits.leaseMs)], NOW + MINUTE)).toMatchObject({ code: 'clock_wrong' })
  expect(await take([], lapsed)).toMatchObject({ ok: true })
})

test('a log that does not lead through the head, or another team’s, is none', async () => {
  const removed = await makeRemoveKey(c, phone, team, { kid: phone.keys.kid, now: NOW + 1 })
  const relay = relayOf({
    'trust.read': () => ({ from: 0, entries: [...team.entries.slice(0, -1), removed], more: false }),
  })
  const asked = { team: team.teamId, head: team.head, now: NOW }
  expect(await fetchLog(c, relay, asked)).toMatchObject({ code: 'trust_log_forked' })
  expect(await fetchLog(c, relay, { ...asked, head: { ...team.head, n: team.head.n + 1 } })).toMatchObject({
    code: 'trust_log_behind',
  })
})
