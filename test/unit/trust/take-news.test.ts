import { beforeAll, expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import type { Rights } from '#protocol/statements/trust-entry.ts'
import { MINUTE, must, NOW, newTeam, type World, withDevice } from '#test/support/trust-world.ts'
import { generateKeys, type KeyPair } from '#trust/keys.ts'
import { leaseUntil, makeLease, readLeases } from '#trust/lease.ts'
import { takeNews } from '#trust/take-news.ts'
import {
  appendEntry,
  makeAddDevice,
  makeCheckpoint,
  makeInvite,
  makeRemoveKey,
  makeSetRights,
  readLog,
  type TeamState,
} from '#trust/trust-log.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

// What of the log counts when it arrives: a phone that was lost lives on in nothing that it signs after its lease.
let world: World
let phone: KeyPair
let team: TeamState
let lapsed: number

beforeAll(async () => {
  world = await newTeam()
  const second = await withDevice(world, { role: 'owner' })
  phone = second.device
  team = second.team
  lapsed = NOW + limits.leaseMs + MINUTE
})

const fresh = async () => (await generateKeys(c, { extractable: true })).keys
const rightsOf = ({ keys }: KeyPair) => team.keys.get(keys.kid)?.rights as Rights
const news = async (entries: readonly string[], now: number, leases: readonly string[] = [], known = team) => {
  const taken = await takeNews(c, known, entries, { now, leases: async () => leases })
  return [taken.team.entries.length - known.entries.length, taken.refused?.code ?? 'ok']
}
const adds = async (by: KeyPair, at: number, state = team, rights: Partial<Rights> = {}) =>
  makeAddDevice(c, by, state, {
    device: await fresh(),
    rights: { ...rightsOf(by), role: 'approver', ...rights },
    now: at,
  })
const after = async (entry: string, state = team) => must(await appendEntry(c, state, entry))

test('an entry of who holds a lease counts; after it lapsed none does, whatever date it bears', async () => {
  expect(await news([await adds(phone, NOW + 1)], NOW + MINUTE)).toEqual([1, 'ok'])
  for (const at of [lapsed, NOW + 1])
    expect(await news([await adds(phone, at)], lapsed)).toEqual([0, 'trust_entry_lapsed'])
})

test('an owner whose lease was renewed counts; a lapsed one renews nothing, and nobody renews himself by it', async () => {
  const renewed = await makeLease(c, world.owner, team, { kid: phone.keys.kid, now: NOW + MINUTE })
  const later = NOW + limits.leaseMs + 1
  expect(await news([await adds(phone, later)], later, [renewed])).toEqual([1, 'ok'])
  const late = await makeLease(c, phone, team, { kid: world.owner.keys.kid, now: lapsed })
  expect(await readLeases(c, team, { leases: [late], now: lapsed })).toEqual([])
  expect(await news([await adds(world.owner, lapsed)], lapsed, [late])).toEqual([0, 'trust_entry_lapsed'])
  // Two owners who have renewed one another in time carry each other.
  const both = [renewed, await makeLease(c, phone, team, { kid: world.owner.keys.kid, now: NOW + 2 * MINUTE })]
  const held = await readLeases(c, team, { leases: both, now: later })
  expect(leaseUntil(team, held, world.owner.keys.kid)).toBe(NOW + 2 * MINUTE + limits.leaseMs)
})

test('who signs on a head stands by it: an old entry counts with a newer one of an owner with a lease', async () => {
  const old = await adds(world.owner, NOW + 1)
  const state = await after(old)
  expect(await news([old], lapsed, [])).toEqual([0, 'trust_entry_lapsed'])
  const gone = await makeRemoveKey(c, phone, state, { kid: world.owner.keys.kid, now: NOW + 2 })
  const known = [await makeLease(c, world.owner, team, { kid: phone.keys.kid, now: NOW + MINUTE })]
  expect(await news([old, gone], NOW + limits.leaseMs + 1, known)).toEqual([2, 'ok'])
  // Whoever a lapsed phone lets in can't vouch for it.
  const helper = await generateKeys(c, { extractable: true })
  const rights = { ...rightsOf(phone), role: 'approver' as const }
  const added = await makeAddDevice(c, phone, team, { device: helper.keys, rights, now: lapsed })
  const raised = await after(added)
  const marked = await makeCheckpoint(c, phone, raised, { now: lapsed })
  expect(await news([added, marked], lapsed)).toEqual([0, 'trust_entry_lapsed'])
})

test('the only owner’s lease does not lapse', async () => {
  const later = NOW + 10 * limits.leaseMs
  expect(await news([await adds(world.owner, later, world.team)], later, [], world.team)).toEqual([1, 'ok'])
})

test('what is dated ahead does not count: it would never lapse', async () => {
  const ahead = await adds(world.owner, Date.UTC(3000, 0))
  expect(await news([ahead], NOW + MINUTE)).toEqual([0, 'clock_wrong'])
  const fast = await adds(world.owner, NOW + limits.entrySkewMs)
  expect(await news([fast], NOW)).toEqual([1, 'ok'])
})

test('where two persons are owners nobody makes a further owner’s device alone, not even for himself', async () => {
  const own = await adds(phone, NOW + 1, team, { role: 'owner' })
  expect(await news([own], NOW + MINUTE)).toEqual([0, 'trust_entry_refused'])
  const added = await after(await adds(phone, NOW + 1))
  const kid = [...added.keys.keys()].at(-1) ?? ''
  const rights = { ...rightsOf(phone), maxTier: 3 as const }
  const raise = (state: TeamState) => makeSetRights(c, phone, state, { kid, rights, now: NOW + 2 })
  expect(await news([await raise(added)], NOW + MINUTE, [], added)).toEqual([0, 'trust_entry_refused'])
  const invited = await after(await makeInvite(c, world.owner, added, { kid, rights, now: NOW + 1 }), added)
  expect(await news([await raise(invited)], NOW + MINUTE, [], invited)).toEqual([1, 'ok'])
  expect(await news([await adds(world.owner, NOW, world.team, { role: 'owner' })], NOW, [], world.team)).toEqual([
    1,
    'ok',
  ])
})

test('judging what arrives says nothing about what is pinned: the same log is read to the same team at any time', async () => {
  const old = await adds(phone, lapsed)
  const state = await after(old)
  expect(must(await readLog(c, state.entries))).toEqual(state)
})
