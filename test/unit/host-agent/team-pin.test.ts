import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { verifyAudit } from '#host-agent/audit/verify-audit.ts'
import type { JournalEntry } from '#host-agent/journal/journal-entry.ts'
import { noteTeam } from '#host-agent/team/note-team.ts'
import { openTeamPin } from '#host-agent/team/team-pin.ts'
import { lineChain } from '#test/support/audit-world.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
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

test('what comes at the same time is written one after another: nothing fails, and the disk has all of it', async () => {
  const { folder, pin, mine, device } = await pinned()
  const later = await makeAddDevice(crypto, device, mine, { device: (await newKeys()).keys, rights, now: Date.now() })
  const more = must(await readLog(crypto, [...mine.entries, later]))
  const [second = ''] = [...mine.keys.values()].flatMap(({ kind, keys }) =>
    kind === 'device' && keys.kid !== device.keys.kid ? [keys.kid] : [],
  )
  const done = await Promise.all([
    pin.sync(serving(more.entries)),
    pin.pin(more, origin),
    pin.unpair(second, false, Date.now()),
    pin.name(device.keys.kid, 'phone', 'Ada'),
    pin.name(second, 'desk', 'Ada'),
    pin.sync(serving(more.entries)),
  ])
  expect(done.filter((each) => each !== undefined && !each.ok)).toEqual([])
  const read = must(await openTeamPin(crypto, folder))
  for (const each of [pin, read]) {
    expect(each.state()?.head).toEqual(more.head)
    expect(each.state()?.keys.get(second)?.removedAt).not.toBeNull()
    expect(each.names()).toMatchObject({ [device.keys.kid]: { label: 'phone' }, [second]: { label: 'desk' } })
    expect(each.unpaired()).toMatchObject([{ kid: second }])
  }
})

test('a settlement stands in the journal: which fork, by whose choice, under which head; and the audit tells the branch that lost from a log that was made up', async () => {
  const { folder, pin, mine, device, branch } = await pinned()
  const entries: JournalEntry[] = []
  const memory = { record: async (entry: JournalEntry) => void entries.push(entry) }
  let known = pin.state()
  await noteTeam(memory, { head: null, unpaired: [] }, { head: mine.head, unpaired: [] })
  pin.onChange((team, settlement) => {
    void noteTeam(memory, { head: known?.head ?? null, unpaired: [] }, { head: team.head, unpaired: [], settlement })
    known = team
  })
  const other = must(await readLog(crypto, branch))
  const chosen = await makeCheckpoint(crypto, device, other, { fork: 2, now: Date.now() })
  const team = must(await readLog(crypto, [...branch, chosen]))
  expect(await pin.sync(serving(team.entries))).toMatchObject({ code: 'trust_log_forked' })
  const code = (await pin.branches())?.other?.choice?.code ?? ''
  must(await pin.settle(code))
  const settled = { fork: 2, by: device.keys.kid }
  expect(entries).toEqual([
    { type: 'trust', ...mine.head },
    { type: 'trust', ...team.head, settled },
  ])

  const path = join(folder, 'journal.jsonl')
  const faultsOf = async (of: readonly JournalEntry[]) => {
    const chain = lineChain()
    await writeFile(path, `${of.map((entry) => chain.next(entry)).join('\n')}\n`)
    return (await verifyAudit(nodeCrypto, { path, team, origin: null, witnesses: [] })).faults.map(({ what }) => what)
  }
  const [lost, confirmed] = entries as [JournalEntry, JournalEntry]
  expect(await faultsOf(entries)).toEqual([])
  // Once it is settled the branch that lost is nobody's log any more, and a choice is nobody's but who made it.
  expect(await faultsOf([...entries, lost])).toEqual(['statement'])
  expect(await faultsOf([lost, { ...confirmed, settled: { ...settled, by: 'B'.repeat(43) } } as JournalEntry])).toEqual(
    ['statement'],
  )
  expect(await faultsOf([{ type: 'trust', n: 1, hash: 'A'.repeat(43) }, confirmed])).toEqual(['statement'])
})
