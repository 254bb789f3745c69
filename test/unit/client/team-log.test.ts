import { expect, test } from 'vitest'
import { memoryStore } from '#client/store.ts'
import { limits } from '#protocol/limits.ts'
import { makeLease } from '#trust/lease.ts'
import { makeAddDevice, makeRemoveKey, readLog } from '#trust/trust-log.ts'
import { contextOf, crypto, foundTeam, must, newKeys, origin, relayOf } from './team-world.ts'

const rights = { person: 'per_01HZZZZZZZZZZZZZZZZZZZZZZZ', role: 'approver', hosts: '*', maxTier: 2 } as const
const serving = (entries: readonly string[]) =>
  relayOf({
    'trust.read': ({ query }) => {
      const from = Number(query?.from ?? 0)
      return { from, entries: entries.slice(from, from + 2), more: from + 2 < entries.length }
    },
  })

async function grown() {
  const { device, team } = await foundTeam()
  const newcomer = await newKeys()
  const added = await makeAddDevice(crypto, device, team, { device: newcomer.keys, rights, now: Date.now() })
  const two = must(await readLog(crypto, [...team.entries, added]))
  const removed = await makeRemoveKey(crypto, device, two, { kid: newcomer.keys.kid, now: Date.now() })
  return { device, team, newcomer, longer: must(await readLog(crypto, [...two.entries, removed])) }
}

test('a pinned log is extended page by page and survives the program', async () => {
  const { device, team, newcomer, longer } = await grown()
  const store = memoryStore()
  const relay = serving(longer.entries)
  const context = await contextOf(device, team, relay, store)
  expect(must(await context.team.sync(relay)).head).toEqual(longer.head)
  const again = await contextOf(device, null, relay, store)
  expect(again.team.state()?.keys.get(newcomer.keys.kid)?.removedAt).not.toBeNull()
  expect(again.team.relay()).toBe(origin)
})

test('a relay that hides, replaces or branches is refused, and the pin stays', async () => {
  const { device, team, longer } = await grown()
  const context = await contextOf(device, longer, relayOf({}))
  expect(await context.team.sync(serving(team.entries))).toMatchObject({ code: 'trust_log_behind' })
  const other = await makeAddDevice(crypto, device, team, { device: (await newKeys()).keys, rights, now: Date.now() })
  const third = longer.entries[3] ?? ''
  expect(await context.team.sync(serving([...team.entries, other, third, third]))).toMatchObject({ ok: true })
  expect(await context.team.sync(serving([...longer.entries.slice(0, 3), other]))).toMatchObject({
    code: 'trust_log_forked',
  })
  const forged = await makeAddDevice(crypto, await newKeys(), longer, {
    device: (await newKeys()).keys,
    rights,
    now: Date.now(),
  })
  expect(await context.team.sync(serving([...longer.entries, forged]))).toMatchObject({ code: 'trust_entry_refused' })
  expect(context.team.state()?.head).toEqual(longer.head)
})

test('another team does not replace this one', async () => {
  const { device, team } = await foundTeam()
  const context = await contextOf(device, team, relayOf({}))
  expect(await context.team.pin((await foundTeam()).team, origin)).toMatchObject({ code: 'conflict' })
  expect(context.team.state()?.teamId).toBe(team.teamId)
})

test('of two programs that write, the longer log wins', async () => {
  const { device, team, longer } = await grown()
  const store = memoryStore()
  const page = await contextOf(device, team, relayOf({}), store)
  const worker = await contextOf(device, longer, relayOf({}), store)
  must(await page.team.pin(team, origin))
  expect(page.team.state()?.head).toEqual(longer.head)
  expect(worker.team.state()?.head).toEqual(longer.head)
})

test('a damaged pin is said, not replaced', async () => {
  const store = memoryStore()
  const { device, team } = await foundTeam()
  await store.put('team', { teamId: team.teamId, relay: origin, entries: [team.entries[1] ?? ''] })
  await expect(contextOf(device, null, relayOf({}), store)).rejects.toThrow('state_damaged')
})

test('a device takes no entry of an owner whose lease has lapsed, until it is renewed', async () => {
  const { device, team } = await foundTeam()
  const other = await newKeys()
  const owner = { ...rights, role: 'owner', maxTier: 3 } as const
  const then = Date.now() - limits.leaseMs - 120_000
  const two = must(
    await readLog(crypto, [
      ...team.entries,
      await makeAddDevice(crypto, device, team, { device: other.keys, rights: owner, now: then }),
    ]),
  )
  const added = await makeAddDevice(crypto, other, two, { device: (await newKeys()).keys, rights, now: Date.now() })
  const context = await contextOf(device, two, relayOf({}))
  expect(await context.team.sync(serving([...two.entries, added]))).toMatchObject({ code: 'trust_entry_lapsed' })
  expect(context.team.state()?.head).toEqual(two.head)
  const lease = await makeLease(crypto, device, two, { kid: other.keys.kid, now: Date.now() })
  const renewed = relayOf({
    'trust.read': ({ query }) => ({
      from: Number(query?.from),
      entries: [...two.entries, added].slice(Number(query?.from)),
      more: false,
    }),
    'leases.read': () => ({ leases: [lease] }),
  })
  expect(must(await context.team.sync(renewed)).entries).toHaveLength(two.entries.length + 1)
})
