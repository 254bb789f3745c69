import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openTeamPin } from '#host-agent/team-pin.ts'
import { makeAddDevice, readLog } from '#trust/trust-log.ts'
import { crypto, foundTeam, must, newKeys, origin, relayOf } from '../client/team-world.ts'

const rights = { person: 'per_01HZZZZZZZZZZZZZZZZZZZZZZZ', role: 'approver', hosts: '*', maxTier: 2 } as const
const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

async function pinned() {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-pin-'))
  folders.push(folder)
  const { device, team } = await foundTeam()
  const add = async () =>
    makeAddDevice(crypto, device, team, { device: (await newKeys()).keys, rights, now: Date.now() })
  const mine = must(await readLog(crypto, [...team.entries, await add()]))
  const pin = must(await openTeamPin(crypto, folder))
  must(await pin.pin(mine, origin))
  return { folder, pin, mine, branch: [...team.entries, await add()] }
}
const serving = (entries: readonly string[]) =>
  relayOf({
    'trust.read': ({ query }) => ({
      from: Number(query?.from),
      entries: entries.slice(Number(query?.from)),
      more: false,
    }),
  })

test('a fork that owners have signed is kept on the disk, told, and no later answer takes it back', async () => {
  const { folder, pin, mine, branch } = await pinned()
  const told: unknown[] = []
  pin.onChange(() => told.push(pin.fork()))
  expect(await pin.sync(serving(branch))).toMatchObject({ code: 'trust_log_forked' })
  expect(told).toEqual([expect.objectContaining({ n: 2 })])
  must(await pin.sync(serving(mine.entries)))
  expect(pin.fork()).not.toBeNull()
  expect(must(await openTeamPin(crypto, folder)).fork()).toMatchObject({ n: 2 })
  expect(pin.state()?.head).toEqual(mine.head)
})

test('what a relay only mauls or makes up is refused and freezes nobody', async () => {
  const { pin, mine, branch } = await pinned()
  const mauled = [...branch.slice(0, -1), `${branch.at(-1)?.slice(0, -4)}AAAA`]
  expect(await pin.sync(serving(mauled))).toMatchObject({ code: 'trust_log_forked' })
  expect(pin.fork()).toBeNull()
  must(await pin.sync(serving(mine.entries)))
})
