import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openTeamPin } from '#host-agent/team-pin.ts'
import { readBranches } from '#trust/settle-fork.ts'
import { makeAddDevice, makeCheckpoint, readLog } from '#trust/trust-log.ts'
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
  return { folder, pin, mine, device, branch: [...team.entries, await add()] }
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

test('an owner’s choice freezes a host that saw no fork, until a person has typed its code; from then on the other branch freezes nothing', async () => {
  const { folder, pin, mine, device, branch } = await pinned()
  expect(await pin.settle('0000-0000-0000')).toMatchObject({ code: 'not_forked' })
  const chosen = await makeCheckpoint(crypto, device, mine, { fork: 2, now: Date.now() })
  const chose = must(await readLog(crypto, [...mine.entries, chosen]))
  must(await pin.sync(serving(chose.entries)))
  expect(pin.fork()).toMatchObject({ n: 2 })
  const { choice } = (await readBranches(crypto, chose, { n: 2 })).own
  expect(await pin.settle('0000-0000-0000')).toMatchObject({ code: 'branch_code_wrong' })
  expect(must(await pin.settle(choice?.code ?? '')).head).toEqual(chose.head)
  for (const now of [pin, must(await openTeamPin(crypto, folder))]) {
    expect(await now.sync(serving(branch))).toMatchObject({ code: expect.stringMatching(/forked|behind/) })
    expect(now.fork()).toBeNull()
    must(await now.sync(serving(chose.entries)))
    expect(now.fork()).toBeNull()
  }
})

test('the branch that the host did not have is taken over whole, also where it is shorter or parted long before', async () => {
  const { pin, mine, device, branch } = await pinned()
  const more = await makeCheckpoint(crypto, device, mine, { now: Date.now() })
  const longer = must(await readLog(crypto, [...mine.entries, more]))
  const longest = await makeCheckpoint(crypto, device, longer, { now: Date.now() })
  must(await pin.sync(serving([...longer.entries, longest])))
  const other = must(await readLog(crypto, branch))
  const chosen = await makeCheckpoint(crypto, device, other, { fork: 2, now: Date.now() })
  const chose = must(await readLog(crypto, [...branch, chosen]))
  expect(await pin.sync(serving(chose.entries))).toMatchObject({ code: 'trust_log_forked' })
  const code = (await readBranches(crypto, chose, { n: 2 })).own.choice?.code ?? ''
  expect(must(await pin.settle(code)).entries).toEqual(chose.entries)
})
