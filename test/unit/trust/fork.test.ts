import { expect, test } from 'vitest'
import { findFork } from '#trust/fork.ts'
import { appendEntry, makeAddDevice, makeCheckpoint, makeRotateKey, makeSetRights, readLog } from '#trust/trust-log.ts'
import { crypto, foundTeam, must, newKeys } from '../client/team-world.ts'

const rights = { person: 'per_01HZZZZZZZZZZZZZZZZZZZZZZZ', role: 'approver', hosts: '*', maxTier: 2 } as const

test('only what an owner signed twice for one place is a fork; what is made up, mauled or another’s is none', async () => {
  const { device, team } = await foundTeam()
  const now = Date.now()
  const newcomer = await newKeys()
  const one = await makeAddDevice(crypto, device, team, { device: newcomer.keys, rights, now })
  const other = await makeAddDevice(crypto, device, team, { device: (await newKeys()).keys, rights, now })
  const pinned = must(await readLog(crypto, [...team.entries, one]))
  const branch = must(await readLog(crypto, [...team.entries, other]))
  const after = await makeCheckpoint(crypto, device, branch, { now })
  const shown = async (from: number, ...entries: string[]) =>
    (await findFork(crypto, pinned, { from, entries })) !== null

  expect(await shown(2, other)).toBe(true)
  expect(await shown(2, one, after)).toBe(true)

  const mauled = `${other.slice(0, -4)}AAAA`
  const [head = '', , signature = ''] = other.split('.')
  const swapped = [head, one.split('.')[1], signature].join('.')
  const stranger = await makeAddDevice(crypto, await newKeys(), team, { device: newcomer.keys, rights, now })
  const byNewcomer = await makeSetRights(crypto, newcomer, branch, { kid: newcomer.keys.kid, rights, now })
  const { device: founder, team: foreign } = await foundTeam()
  const elsewhere = await makeCheckpoint(crypto, founder, foreign, { now })
  for (const entry of [mauled, swapped, stranger, byNewcomer, elsewhere, 'A.A.A', ''])
    expect([entry, await shown(2, entry), await shown(3, entry)]).toEqual([entry, false, false])
  expect(await shown(0, foreign.entries[0] as string)).toBe(false)
  expect(await shown(2, one)).toBe(false)

  // An approver signs new keys for itself, which are an entry: with two of them it freezes nobody.
  const approver = await newKeys()
  const joined = must(
    await appendEntry(crypto, team, await makeAddDevice(crypto, device, team, { device: approver.keys, rights, now })),
  )
  const rotate = async () =>
    makeRotateKey(crypto, approver, joined, { kid: approver.keys.kid, keys: (await newKeys()).keys, now })
  const rotated = must(await appendEntry(crypto, joined, await rotate()))
  expect(await findFork(crypto, rotated, { from: 3, entries: [await rotate()] })).toBeNull()
})
