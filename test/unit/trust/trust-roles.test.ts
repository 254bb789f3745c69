import { beforeAll, expect, test } from 'vitest'
import { hostIdOf } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import type { Rights } from '#protocol/statements/trust-entry.ts'
import { typ } from '#protocol/statements/typ.ts'
import type { World } from '#test/support/trust-world.ts'
import { must, NOW, newTeam, withDevice } from '#test/support/trust-world.ts'
import { signStatement } from '#trust/jws.ts'
import type { KeyPair } from '#trust/keys.ts'
import { generateKeys } from '#trust/keys.ts'
import { checkLease, leaseUntil, makeLease } from '#trust/lease.ts'
import { standingKeyOf } from '#trust/team-state.ts'
import type { TeamState } from '#trust/trust-log.ts'
import {
  appendEntry,
  makeAddDevice,
  makeAddPasskey,
  makeCheckpoint,
  makeInvite,
  makeRemoveKey,
  makeRotateKey,
  makeSetPolicy,
  makeSetRights,
  ownersOf,
  readLog,
} from '#trust/trust-log.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

let world: World
/** A second owner, and an approver. */
let second: KeyPair
let phone: KeyPair
let team: TeamState

beforeAll(async () => {
  world = await newTeam()
  const owners = await withDevice(world, { role: 'owner' })
  second = owners.device
  const approvers = await withDevice({ ...world, team: owners.team })
  phone = approvers.device
  team = approvers.team
})

const fresh = async () => (await generateKeys(c, { extractable: true })).keys
const rightsIn = (state: TeamState, { keys }: KeyPair): Rights => {
  const rights = state.keys.get(keys.kid)?.rights
  if (!rights) throw new Error('no rights')
  return rights
}
const asOwner = () => ({ ...rightsIn(team, phone), role: 'owner' as const, maxTier: 3 as const })
const codeOf = async (state: TeamState, entry: string) => {
  const next = await appendEntry(c, state, entry)
  return next.ok ? 'ok' : next.code
}
const setRights = (by: KeyPair, state: TeamState, rights: Rights, now = NOW) =>
  makeSetRights(c, by, state, { kid: phone.keys.kid, rights, now })

test('rights are changed by an owner, for the same person', async () => {
  const rights = { ...rightsIn(team, phone), role: 'viewer', hosts: [], maxTier: 0 } as const
  const next = must(await appendEntry(c, team, await setRights(world.owner, team, { ...rights, hosts: [] })))
  expect(next.keys.get(phone.keys.kid)?.rights).toEqual(rights)
  expect(must(await readLog(c, next.entries))).toEqual(next)
  expect(await codeOf(team, await setRights(phone, team, asOwner()))).toBe('trust_entry_refused')
  const other = { ...rights, hosts: [], person: rightsIn(team, second).person }
  expect(await codeOf(team, await setRights(world.owner, team, other))).toBe('trust_entry_refused')
})

test('a further owner needs the words of two owners, for the same rights, in time', async () => {
  expect(await codeOf(team, await setRights(second, team, asOwner()))).toBe('trust_entry_refused')
  const invite = await makeInvite(c, world.owner, team, { kid: phone.keys.kid, rights: asOwner(), now: NOW })
  const invited = must(await appendEntry(c, team, invite))
  expect(ownersOf(invited)).toHaveLength(2)
  expect(await codeOf(invited, await setRights(world.owner, invited, asOwner()))).toBe('trust_entry_refused')
  const late = NOW + limits.inviteMs + 1
  expect(await codeOf(invited, await setRights(second, invited, asOwner(), late))).toBe('trust_entry_refused')
  const less = { ...asOwner(), maxTier: 2 as const }
  expect(await codeOf(invited, await setRights(second, invited, less))).toBe('trust_entry_refused')
  const made = must(await appendEntry(c, invited, await setRights(second, invited, asOwner())))
  expect(ownersOf(made)).toHaveLength(3)
  expect(made.invites.size).toBe(0)
  const forever = { v: 1, n: team.head.n + 1, prev: team.head.hash, at: NOW, team: team.teamId, type: 'Invite' }
  const jws = await signStatement(c, world.owner, typ.trust, {
    ...forever,
    kid: phone.keys.kid,
    rights: asOwner(),
    until: NOW * 2,
  })
  expect(await codeOf(team, jws)).toBe('trust_entry_invalid')
})

test('the word of an owner who was removed since does not count', async () => {
  const invite = await makeInvite(c, second, team, { kid: phone.keys.kid, rights: asOwner(), now: NOW })
  const third = await withDevice({ ...world, team: must(await appendEntry(c, team, invite)) })
  const state = third.team
  const gone = must(
    await appendEntry(c, state, await makeRemoveKey(c, world.owner, state, { kid: second.keys.kid, now: NOW })),
  )
  expect(ownersOf(gone)).toHaveLength(1)
  expect(await codeOf(gone, await setRights(world.owner, gone, asOwner()))).toBe('ok')
  const seconded = await setRights(world.owner, state, asOwner())
  expect(await codeOf(state, seconded)).toBe('ok')
})

test('where two are owners, nobody makes a device of the other one', async () => {
  const rights = rightsIn(team, second)
  const added = await makeAddDevice(c, world.owner, team, { device: await fresh(), rights, now: NOW })
  expect(await codeOf(team, added)).toBe('trust_entry_refused')
  const { kid } = second.keys
  const rotated = await makeRotateKey(c, world.owner, team, { kid, keys: await fresh(), now: NOW })
  expect(await codeOf(team, rotated)).toBe('trust_entry_refused')
  expect(await codeOf(team, await makeRotateKey(c, second, team, { kid, keys: await fresh(), now: NOW }))).toBe('ok')
})

test('rotated: the rights go over, the old key is removed and never comes back', async () => {
  const keys = await fresh()
  const { kid } = phone.keys
  const next = must(await appendEntry(c, team, await makeRotateKey(c, world.owner, team, { kid, keys, now: NOW + 1 })))
  expect(next.keys.get(kid)?.removedAt).toBe(NOW + 1)
  expect(next.keys.get(keys.kid)).toMatchObject({ rights: rightsIn(team, phone), addedAt: NOW + 1, removedAt: null })
  const back = await makeRotateKey(c, world.owner, next, { kid: keys.kid, keys: phone.keys, now: NOW })
  expect(await codeOf(next, back)).toBe('trust_entry_refused')
  const broken = { ...(await fresh()), kid: keys.kid }
  expect(await codeOf(team, await makeRotateKey(c, world.owner, team, { kid, keys: broken, now: NOW }))).toBe(
    'trust_entry_invalid',
  )
})

test('a device that is no owner’s gives itself new keys, and nobody else: its lease runs on, its passkey stays, and it can’t fill the log', async () => {
  const { kid } = phone.keys
  const passkey = { id: 'AAAAAAAAAAAAAAAAAAAAAA', key: phone.keys.sign }
  let state = must(await appendEntry(c, team, await makeAddPasskey(c, world.owner, team, { kid, passkey, now: NOW })))
  const others = await makeRotateKey(c, phone, state, { kid: second.keys.kid, keys: await fresh(), now: NOW })
  expect(await codeOf(state, others)).toBe('trust_entry_refused')
  const host = [...state.keys.values()].find(({ kind }) => kind === 'host')?.keys.kid ?? ''
  const ofHost = await makeRotateKey(c, phone, state, { kid: host, keys: await fresh(), now: NOW })
  expect(await codeOf(state, ofHost)).toBe('trust_entry_refused')

  const lease = must(await checkLease(c, state, await makeLease(c, second, state, { kid, now: NOW + 2 })))
  const later = NOW + limits.leaseMs - 1
  let pair = phone
  for (let times = 0; times < limits.ownRotations; times += 1) {
    const next = await generateKeys(c, { extractable: true })
    const change = { kid: pair.keys.kid, keys: next.keys, now: later }
    state = must(await appendEntry(c, state, await makeRotateKey(c, pair, state, change)))
    pair = next
  }
  const now = state.keys.get(pair.keys.kid)
  expect(now).toMatchObject({ rights: rightsIn(team, phone), passkey, addedAt: later })
  expect(standingKeyOf(state, kid)).toBe(now)
  expect(leaseUntil(state, [], pair.keys.kid)).toBe(NOW + limits.leaseMs)
  expect(leaseUntil(state, [lease], pair.keys.kid)).toBe(NOW + 2 + limits.leaseMs)
  const more = await makeRotateKey(c, pair, state, { kid: pair.keys.kid, keys: await fresh(), now: NOW })
  expect(await codeOf(state, more)).toBe('trust_entry_refused')
})

test('the last owner stays one', async () => {
  const alone = await newTeam()
  const { kid } = alone.owner.keys
  const rights = { ...rightsIn(alone.team, alone.owner), role: 'approver' as const }
  const entry = await makeSetRights(c, alone.owner, alone.team, { kid, rights, now: NOW })
  expect(await codeOf(alone.team, entry)).toBe('trust_entry_refused')
})

test('a policy is set for a host of the team; a checkpoint changes nothing', async () => {
  const policyHash = 'P'.repeat(43)
  const host = hostIdOf(world.host.keys.kid)
  const next = must(await appendEntry(c, team, await makeSetPolicy(c, second, team, { host, policyHash, now: NOW })))
  expect(next.policies.get(host)).toBe(policyHash)
  const stranger = hostIdOf((await fresh()).kid)
  expect(await codeOf(team, await makeSetPolicy(c, second, team, { host: stranger, policyHash, now: NOW }))).toBe(
    'trust_entry_refused',
  )
  const marked = must(await appendEntry(c, next, await makeCheckpoint(c, second, next, { now: NOW })))
  expect(marked.keys).toEqual(next.keys)
  expect(await codeOf(next, await makeCheckpoint(c, phone, next, { now: NOW }))).toBe('trust_entry_refused')
})
