import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRecords } from '#host-agent/audit/audit-record.ts'
import { exportLine } from '#host-agent/audit/export-line.ts'
import { readNames } from '#host-agent/audit/read-names.ts'
import { readRuns } from '#host-agent/audit/read-runs.ts'
import { verifyAudit } from '#host-agent/audit/verify-audit.ts'
import type { JournalEntry } from '#host-agent/journal/journal-entry.ts'
import { newId } from '#protocol/ids.ts'
import type { AuditHead } from '#protocol/statements/audit-head.ts'
import type { Assertion } from '#protocol/statements/passkey.ts'
import { approvalEntries, hostHome, lineChain } from '#test/support/audit-world.ts'
import { createAuthenticator } from '#test/support/authenticator.ts'
import { type Asked, anOperation, decide, must, NOW, type World, withDevice } from '#test/support/trust-world.ts'
import type { KeyPair } from '#trust/keys.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { appendEntry, makeAddPasskey } from '#trust/trust-log.ts'

const home = mkdtempSync(join(tmpdir(), 'audit-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

let world: World
let path: string
let entries: JournalEntry[]
beforeAll(async () => {
  ;({ world, path } = await hostHome(home))
  const working = (n: number): JournalEntry => ({ type: 'state', taskId: newId('tsk', n), state: 'working' })
  entries = [working(1), ...(await approvalEntries(world)), working(2), ...(await approvalEntries(world)), working(3)]
})

/** Chains the entries anew, as somebody would who can write the file and knows the format. */
function chained(of: readonly JournalEntry[]): { lines: string[]; head: AuditHead } {
  const chain = lineChain()
  const lines = of.map((entry) => chain.next(entry))
  return { lines, head: chain.head() ?? { n: 0, hash: '' } }
}

async function audit(lines: readonly string[], witnesses: AuditHead[] = []) {
  writeFileSync(path, `${lines.join('\n')}\n`)
  return verifyAudit(nodeCrypto, { path, team: world.team, origin: null, witnesses })
}
const whatOf = async (lines: readonly string[], witnesses?: AuditHead[]) =>
  (await audit(lines, witnesses)).faults.map(({ what }) => what)

test('a whole chain is whole, its statements are verified, and what a device has seen is in it', async () => {
  const { lines, head } = chained(entries)
  expect(await audit(lines, [head, { n: 0, hash: chained(entries.slice(0, 1)).head.hash }])).toEqual({
    entries: entries.length,
    head,
    statements: { verified: 6, ofEarlierTeams: 0 },
    witnessed: 2,
    faults: [],
  })
})

test('any changed byte, any deleted, repeated or moved line is found', async () => {
  const { lines, head } = chained(entries)
  const bytes = lines.join('\n').length
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes - 1), fc.integer({ min: 1, max: 127 }), async (at, by) => {
      const text = lines.join('\n')
      const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ by) + text.slice(at + 1)
      expect(await whatOf(changed.split('\n'), [head])).not.toEqual([])
    }),
    { numRuns: 300 },
  )
  for (let at = 0; at < lines.length; at += 1) {
    expect(await whatOf(lines.toSpliced(at, 1), [head])).not.toEqual([])
    expect(await whatOf(lines.toSpliced(at, 0, lines[at] ?? ''))).toContain('chain')
    const moved = lines.toSpliced(at, 1).toSpliced((at + 3) % (lines.length - 1), 0, lines[at] ?? '')
    expect(await whatOf(moved)).toContain('chain')
  }
})

test('truncation and rollback are found by what a device has seen, also when the chain goes on afterwards', async () => {
  const { lines, head } = chained(entries)
  for (let kept = 1; kept < lines.length; kept += 1) {
    expect(await whatOf(lines.slice(0, kept))).toEqual([])
    expect(await whatOf(lines.slice(0, kept), [head])).toEqual(['witness'])
  }
  const [first] = entries
  if (!first) throw new Error('empty')
  const other = chained([...entries.slice(0, 4), ...entries.slice(0, 1), ...entries.slice(6), first, first, first])
  expect(await whatOf(other.lines, [head])).toContain('witness')
})

test('a chain written anew as a whole does not hide what was never signed', async () => {
  const at = (type: string) => entries.findIndex((entry) => entry.type === type)
  const without = (type: string) => chained(entries.toSpliced(at(type), 1)).lines
  expect(await whatOf(without('decision'))).toEqual(['order'])
  expect(await whatOf(without('pending'))).toContain('order')
  expect(await whatOf(without('consume'))).toEqual(['order', 'order'])
  const doubled = (type: string) => chained(entries.toSpliced(at(type), 0, entries[at(type)] as JournalEntry)).lines
  for (const type of ['pending', 'consume', 'settled', 'result']) expect(await whatOf(doubled(type))).toContain('order')

  const forged = entries.map((entry) =>
    entry.type === 'decision' ? { ...entry, decision: entry.decision.replace(/.{8}$/, 'AAAAAAAA') } : entry,
  )
  expect(await whatOf(chained(forged).lines)).toEqual(['order', 'order'])
  const receipts = entries.map((entry) =>
    entry.type === 'settled' ? { ...entry, receipt: entry.receipt.replace(/.{8}$/, 'AAAAAAAA') } : entry,
  )
  expect(await whatOf(chained(receipts).lines)).toEqual(['statement', 'statement'])
  const said = entries.map((entry) => (entry.type === 'settled' ? { ...entry, outcome: 'denied' as const } : entry))
  expect(await whatOf(chained(said).lines)).toEqual(['statement', 'statement'])
})

test('a decision by a key that is in no trust log of this host releases nothing', async () => {
  const { device } = await withDevice(world)
  expect(await whatOf(chained(await approvalEntries(world, device)).lines)).toEqual(['order'])
})

test('a yes that is not enough releases nothing: the host’s own, one person’s for two, another gesture or scope', async () => {
  const team = await withDevice(world)
  const phone = await withDevice({ ...world, team: team.team }, { person: personOf(world.owner) })
  const all = { ...world, team: phone.team }
  const faultsOf = async (...of: Parameters<typeof approvalEntries>) => {
    writeFileSync(path, `${chained(await approvalEntries(...of)).lines.join('\n')}\n`)
    return (await verifyAudit(nodeCrypto, { path, team: all.team, origin: null, witnesses: [] })).faults.map(
      ({ what }) => what,
    )
  }
  const both = { asking: { quorum: { persons: 2 } } }
  expect(await faultsOf(all, [world.owner, team.device], both)).toEqual([])
  expect(await faultsOf(all, [world.owner, phone.device], both)).toEqual(['order'])
  expect(await faultsOf(all, [world.owner], both)).toEqual(['order'])
  const leads = { name: 'leads', persons: [personOf(world.owner)] }
  expect(await faultsOf(all, team.device, { asking: { quorum: { persons: 1, groups: [leads] } } })).toEqual(['order'])
  const without = { asking: { quorum: { persons: 1, without: personOf(world.owner) } } }
  expect(await faultsOf(all, world.owner, without)).toEqual(['order'])
  expect(await faultsOf(all, world.host)).toEqual(['order'])
  expect(await faultsOf(all, world.owner, { asking: { gesture: 'hold' } })).toEqual(['order'])
  expect(await faultsOf(all, world.owner, { said: { scope: 'session' } })).toEqual(['order'])
})

test('a decision that is written down under another device’s name is found, and so is one that was not counted', async () => {
  const { device, team } = await withDevice(world)
  const asked = await approvalEntries({ ...world, team }, world.owner)
  const named = (kid: string) =>
    asked.map((entry) => (entry.type === 'decision' ? { ...entry, device: kid } : entry)) as JournalEntry[]
  expect(await whatOf(chained(named(device.keys.kid)).lines)).toEqual(['statement', 'order'])
  const counted = (kids: string[]) =>
    asked.map((entry) => (entry.type === 'consume' ? { ...entry, counted: kids } : entry)) as JournalEntry[]
  expect(await whatOf(chained(counted([world.owner.keys.kid])).lines)).toEqual([])
  expect(await whatOf(chained(counted([world.owner.keys.kid, device.keys.kid])).lines)).toEqual(['order'])
})

test('a passkey that was asked for is verified anew, by the credential that the log stated then', async () => {
  const origin = 'https://app.example.org'
  const { passkey, assert } = createAuthenticator(origin)
  const { kid } = world.owner.keys
  const stated = await makeAddPasskey(nodeCrypto, world.owner, world.team, { kid, passkey, now: NOW })
  const team = must(await appendEntry(nodeCrypto, world.team, stated))
  const all = { ...world, team }
  const opened: JournalEntry = { type: 'opened', version: '1', torn: 0, origin }
  const inApp = { gesture: 'passkey', shown: { where: 'app', whole: true } } as const
  const by = (word: (challenge: string) => Assertion) =>
    approvalEntries(all, world.owner, { asking: { gesture: 'passkey' }, said: inApp, assert: word })
  const faultsOf = async (of: readonly JournalEntry[], known: string | null = null) => {
    writeFileSync(path, `${chained(of).lines.join('\n')}\n`)
    return (await verifyAudit(nodeCrypto, { path, team, origin: known, witnesses: [] })).faults
  }
  const proven = await by(assert)
  const [asked] = proven
  const fault = [{ line: expect.any(Number), what: 'statement', detail: expect.stringMatching(/^the passkey that/) }]
  expect(asked?.type).toBe('pending')
  expect(await faultsOf([opened, { type: 'trust', ...team.head }, ...proven])).toEqual([])
  expect(await faultsOf(proven, origin)).toEqual([])
  expect(await faultsOf(proven)).toEqual(fault)
  expect(await faultsOf([{ ...opened, origin: 'https://evil.example' }, ...proven], origin)).toEqual(fault)
  // The log stated it only after the decision was spent; with the old head before it, and without it.
  const before: JournalEntry = { type: 'trust', ...world.team.head }
  expect(await faultsOf([opened, before, ...proven])).toEqual(fault)
  const late = [opened, before, ...proven.slice(0, 2), { type: 'trust', ...team.head } as const, ...proven.slice(2)]
  expect(await faultsOf(late)).toEqual([])

  const foreign = createAuthenticator(origin)
  const falsified: ((challenge: string) => Assertion)[] = [
    (challenge) => assert(challenge, { verified: false }),
    (challenge) => assert(challenge, { origin: 'https://evil.example', rpId: 'app.example.org' }),
    (challenge) => assert(challenge, { rpId: 'evil.example' }),
    (challenge) => assert(challenge, { crossOrigin: true }),
    () => assert(Buffer.alloc(32).toString('base64url')),
    (challenge) => ({ ...foreign.assert(challenge), id: passkey.id }),
    (challenge) => ({ ...assert(challenge), signature: foreign.assert(challenge).signature }),
    foreign.assert,
  ]
  for (const word of falsified) expect(await faultsOf([opened, ...(await by(word))])).toEqual(fault)
})

test('what a device says once more, and what was not judged, changes nothing in what was counted', async () => {
  const again = await approvalEntries(world)
  const [pending, first, ...rest] = again
  if (pending?.type !== 'pending' || first?.type !== 'decision') throw new Error('not asked')
  const asked = { approval: payloadOf(pending.approval), jws: pending.approval } as Asked
  const decision = await decide(world, world.owner, asked, { answer: 'deny' })
  const more: JournalEntry = { ...first, decision }
  expect(await whatOf(chained([pending, first, more, ...rest]).lines)).toEqual([])
  expect(await whatOf(chained([pending, more, ...rest]).lines)).toEqual(['order'])
})

const payloadOf = (jws: string) => JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString())
const personOf = ({ keys }: KeyPair) => world.team.keys.get(keys.kid)?.rights?.person ?? ''

test('who approved this, on which device, having seen what, under which rule, and what happened', async () => {
  const { lines } = chained(entries)
  writeFileSync(path, `${lines.join('\n')}\n`)
  const records = await readRecords(path, () => true)
  expect(records).toHaveLength(2)
  expect(records[0]).toMatchObject({
    operation: { command: 'rm -rf build' },
    rule: { policyHash: 'P'.repeat(43), tier: 2, gesture: 'tap', quorum: { persons: 1 } },
    decisions: [
      { device: world.owner.keys.kid, answer: 'approve', shown: { where: 'notification', whole: true }, code: null },
    ],
    outcome: 'released',
    result: { outcome: 'executed', exitCode: 0 },
  })
  const names = await readNames(nodeCrypto, join(home, 'host'))
  expect(names?.nameOf(world.owner.keys.kid)).toMatchObject({ label: 'Ada’s phone', person: 'Ada' })
})

test('what nobody was asked about is told by what let it run: a rule of the policy, a standing rule or plan', async () => {
  const [pending] = await approvalEntries(world)
  if (pending?.type !== 'pending') throw new Error('not asked')
  const task = newId('tsk', NOW)
  const of = { taskId: task, digest: pending.digest, tier: 2, policyHash: 'P'.repeat(43), rule: 3 } as const
  const operation = anOperation(world.host)
  const asked = { operation, agent: 'custom', project: '/p', branch: null }
  const standing = pending.approvalId
  const { lines } = chained([
    { type: 'verdict', ...of, verdict: 'ask', asked },
    pending,
    { type: 'verdict', ...of, verdict: 'ask', asked },
    { type: 'verdict', ...of, verdict: 'allow', standing },
    { type: 'verdict', ...of, rule: 1, verdict: 'allow', asked },
    { type: 'verdict', ...of, rule: null, verdict: 'deny' },
    { type: 'verdict', ...of, taskId: null, verdict: 'allow', asked },
  ])
  writeFileSync(path, `${lines.join('\n')}\n`)
  expect(await readRuns(path, task)).toMatchObject([
    { verdict: 'allow', rule: 3, by: standing, policyHash: 'P'.repeat(43), operation: { command: 'rm -rf build' } },
    { verdict: 'allow', rule: 1, by: null, operation: { command: 'rm -rf build' } },
    { verdict: 'deny', rule: null },
  ])
  expect(await readRuns(path, standing)).toHaveLength(1)
  expect(await readRuns(path, undefined)).toHaveLength(4)
  expect((await readRecords(path, () => true))[0]?.rule.number).toBe(3)
})

test('the chain holds what the sandbox kept back, what turns took, and how the trust log went on', async () => {
  const task = newId('tsk', NOW)
  const spent = { agent: 'custom', model: 'm', input: 1, output: 2, cost: { micros: 5, currency: 'USD' }, ms: 9 }
  const { head } = world.team
  const noted: JournalEntry[] = [
    { type: 'violation', taskId: task, code: 'sandbox_host_blocked', detail: 'evil.example:443' },
    { type: 'usage', taskId: task, ...spent },
    { type: 'trust', ...head },
    { type: 'unpaired', kid: world.owner.keys.kid, undo: false },
  ]
  expect(await whatOf(chained(noted).lines)).toEqual([])
  expect(exportLine(Buffer.from(chained(noted).lines[1] ?? ''))).toMatchObject({ type: 'usage', ...spent })
  const other: JournalEntry = { type: 'trust', n: head.n, hash: 'A'.repeat(43) }
  expect(await whatOf(chained([other]).lines)).toEqual(['statement'])
})

test('an export holds every field but keys and sealed messages', () => {
  const secret = 'K'.repeat(43)
  const chain = lineChain()
  const line = chain.next({ type: 'task-key', taskId: newId('tsk', NOW), epoch: 1, taskKey: secret })
  expect(exportLine(Buffer.from(line))).toMatchObject({ n: 0, type: 'task-key', epoch: 1, hash: chain.head()?.hash })
  const all = [line, ...chained(entries).lines].map((each) => JSON.stringify(exportLine(Buffer.from(each))))
  expect(all.join('\n')).not.toContain(secret)
  expect(all.join('\n')).not.toContain('"body"')
  expect(all.join('\n')).toContain('"command":"rm -rf build"')
})
