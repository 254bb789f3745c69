import { beforeAll, expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import type { Lease } from '#protocol/statements/trust-entry.ts'
import { typ } from '#protocol/statements/typ.ts'
import type { World } from '#test/support/trust-world.ts'
import { must, NOW, newTeam, withDevice } from '#test/support/trust-world.ts'
import { signStatement } from '#trust/jws.ts'
import { generateKeys } from '#trust/keys.ts'
import { checkLease, leasesDue, leaseUntil, makeLease, readLeases } from '#trust/lease.ts'
import {
  appendEntry,
  devicesOf,
  extendLog,
  hostsOf,
  makeAddDevice,
  makeAddHost,
  makeRemoveKey,
  readLog,
} from '#trust/trust-log.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

let world: World

beforeAll(async () => {
  world = await newTeam()
})

const fresh = () => generateKeys(c, { extractable: true })
const approver = { person: `per_${'0'.repeat(26)}`, role: 'approver', hosts: '*', maxTier: 2 } as const

test('a log is read to the same team wherever it is read', async () => {
  const { team } = world
  const again = must(await readLog(c, team.entries))
  expect(again).toEqual(team)
  expect([devicesOf(team).length, hostsOf(team).length]).toEqual([1, 1])
})

test('only an owner who stands at that point may add or remove', async () => {
  const { device, team } = await withDevice(world)
  const newcomer = (await fresh()).keys
  const byApprover = await makeAddDevice(c, device, team, { device: newcomer, rights: approver, now: NOW })
  expect(await appendEntry(c, team, byApprover)).toMatchObject({ code: 'trust_entry_refused' })
  const byHost = await makeAddDevice(c, world.host, team, { device: newcomer, rights: approver, now: NOW })
  expect(await appendEntry(c, team, byHost)).toMatchObject({ code: 'trust_entry_refused' })
  const byStranger = await makeAddDevice(c, await fresh(), team, { device: newcomer, rights: approver, now: NOW })
  expect(await appendEntry(c, team, byStranger)).toMatchObject({ code: 'trust_entry_refused' })
  const second = await withDevice(world, {
    role: 'owner',
    person: world.team.keys.get(world.owner.keys.kid)?.rights?.person ?? '',
  })
  const gone = must(
    await appendEntry(
      c,
      second.team,
      await makeRemoveKey(c, world.owner, second.team, { kid: second.device.keys.kid, now: NOW }),
    ),
  )
  const byRemoved = await makeAddDevice(c, second.device, gone, { device: newcomer, rights: approver, now: NOW })
  expect(await appendEntry(c, gone, byRemoved)).toMatchObject({ code: 'trust_entry_refused' })
})

test('the last owner stays, a removed key never comes back, a kid has to be its key’s', async () => {
  const { owner, team } = world
  expect(
    await appendEntry(c, team, await makeRemoveKey(c, owner, team, { kid: owner.keys.kid, now: NOW })),
  ).toMatchObject({ code: 'trust_entry_refused' })
  const added = await withDevice(world)
  const { kid } = added.device.keys
  const without = must(await appendEntry(c, added.team, await makeRemoveKey(c, owner, added.team, { kid, now: NOW })))
  expect(without.keys.get(kid)?.removedAt).toBe(NOW)
  expect(
    await appendEntry(
      c,
      without,
      await makeAddDevice(c, owner, without, { device: added.device.keys, rights: approver, now: NOW }),
    ),
  ).toMatchObject({
    code: 'trust_entry_refused',
  })
  const mixed = { ...(await fresh()).keys, kid: (await fresh()).keys.kid }
  expect(await appendEntry(c, team, await makeAddHost(c, owner, team, { host: mixed, now: NOW }))).toMatchObject({
    code: 'trust_entry_invalid',
  })
})

test('a third owner needs more than one owner’s word', async () => {
  const second = await withDevice(world, { role: 'owner' })
  const third = await makeAddDevice(c, world.owner, second.team, {
    device: (await fresh()).keys,
    rights: { ...approver, role: 'owner' },
    now: NOW,
  })
  expect(await appendEntry(c, second.team, third)).toMatchObject({ code: 'trust_entry_refused' })
})

test('entries are contiguous, on this head, of this team', async () => {
  const { owner, team } = world
  const host = (await fresh()).keys
  const entry = { v: 1, type: 'AddHost', team: team.teamId, host, at: NOW, n: team.head.n + 1, prev: team.head.hash }
  const append = async (change: object) =>
    appendEntry(c, team, await signStatement(c, owner, typ.trust, { ...entry, ...change }))
  expect((await append({})).ok).toBe(true)
  expect(await append({ n: team.head.n + 2 })).toMatchObject({ code: 'trust_head_moved' })
  expect(await append({ prev: 'A'.repeat(43) })).toMatchObject({ code: 'trust_head_moved' })
  expect(await append({ team: `tm_${'A'.repeat(43)}` })).toMatchObject({ code: 'trust_entry_invalid' })
  expect(await append({ note: 'x' })).toMatchObject({ code: 'trust_entry_invalid' })
  expect(await appendEntry(c, team, await signStatement(c, owner, typ.lease, entry))).toMatchObject({
    code: 'trust_entry_invalid',
  })
})

test('a pin is extended, never replaced: a fork and a gap have their codes', async () => {
  const { team } = world
  const one = await withDevice(world)
  const other = await withDevice(world)
  const next = one.team.entries.slice(team.entries.length)
  expect(must(await extendLog(c, team, next)).head).toEqual(one.team.head)
  expect(must(await extendLog(c, team, one.team.entries)).head).toEqual(one.team.head)
  expect(await extendLog(c, one.team, other.team.entries)).toMatchObject({ code: 'trust_log_forked' })
  const further = await withDevice({ ...world, team: one.team })
  expect(await extendLog(c, team, further.team.entries.slice(-1))).toMatchObject({ code: 'trust_log_behind' })
  expect(await extendLog(c, other.team, further.team.entries.slice(-1))).toMatchObject({ code: 'trust_log_forked' })
})

test('a log starts with the Genesis of an owner who signed it', async () => {
  const [genesis = ''] = world.team.entries
  expect(await readLog(c, [])).toMatchObject({ code: 'trust_entry_invalid' })
  expect(await readLog(c, world.team.entries.slice(1))).toMatchObject({ code: 'trust_entry_invalid' })
  expect(await readLog(c, [genesis, genesis])).toMatchObject({ code: 'trust_entry_refused' })
  const payload = JSON.parse(Buffer.from(genesis.split('.')[1] ?? '', 'base64url').toString())
  const stolen = await signStatement(c, await fresh(), typ.trust, payload)
  expect(await readLog(c, [stolen])).toMatchObject({ code: 'trust_entry_invalid' })
})

test('leases: by owners, bounded, and none for the only owner', async () => {
  const { owner } = world
  const { device, team } = await withDevice(world)
  expect(leaseUntil(team, [], device.keys.kid)).toBe(NOW + limits.leaseMs)
  expect(leaseUntil(team, [], owner.keys.kid)).toBe(Number.POSITIVE_INFINITY)
  expect(leaseUntil(team, [], world.host.keys.kid)).toBe(0)
  const lease = must(
    await checkLease(c, team, await makeLease(c, owner, team, { kid: device.keys.kid, now: NOW + 1_000 })),
  )
  expect(leaseUntil(team, [lease], device.keys.kid)).toBe(NOW + 1_000 + limits.leaseMs)
  expect(await checkLease(c, team, await makeLease(c, device, team, { kid: device.keys.kid, now: NOW }))).toMatchObject(
    { code: 'trust_entry_refused' },
  )
  const second = await withDevice({ ...world, team }, { role: 'owner' })
  const { kid } = second.device.keys
  expect(
    await checkLease(c, second.team, await makeLease(c, second.device, second.team, { kid, now: NOW })),
  ).toMatchObject({ code: 'trust_entry_refused' })
  expect(
    await checkLease(c, second.team, await makeLease(c, device, second.team, { kid, now: NOW })),
    'an approver’s, for another device',
  ).toMatchObject({ code: 'trust_entry_refused' })
  const forever = await signStatement(c, owner, typ.lease, { ...lease, until: NOW * 2 })
  expect(await checkLease(c, team, forever)).toMatchObject({ code: 'statement_invalid' })
})

test('what is due of leases: others’ devices, in their second week, for an owner only; what is dated ahead does not hold', async () => {
  const { device, team } = await withDevice(world)
  const owner = world.owner.keys.kid
  const due = (now: number, leases: readonly Lease[] = [], who = owner) => leasesDue(team, { leases, owner: who, now })
  expect(due(NOW)).toEqual([])
  const half = NOW + limits.leaseMs / 2 + 1
  expect(due(half)).toEqual([device.keys.kid])
  expect(due(half, [], device.keys.kid)).toEqual([])
  const renewed = await makeLease(c, world.owner, team, { kid: device.keys.kid, now: half })
  const read = await readLeases(c, team, { leases: [renewed, 'nonsense'], now: half })
  expect(read).toHaveLength(1)
  expect(due(half, read)).toEqual([])
  expect(await readLeases(c, team, { leases: [renewed], now: half - limits.leaseMs })).toEqual([])
})
