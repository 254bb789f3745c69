import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Fact, Program } from '../../scripts/program.ts'
import { startProgram } from '../../scripts/program.ts'
import { scriptedAgent } from '../support/agents/host-world.ts'

// A team run from terminals alone: an owner's and a newcomer's, neither of which has a host; real programs around a relay on loopback.
const homes = { host: newFolder(), ada: newFolder(), grace: newFolder() }
const project = newFolder()
const running: Program[] = []
type Who = keyof typeof homes

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'countersign-team-'))
}
const start = (who: Who, ...args: string[]): Program => {
  const program = startProgram(args, { env: { ...process.env, COUNTERSIGN_HOME: homes[who] } })
  running.push(program)
  return program
}
async function run(who: Who, ...args: string[]) {
  const program = start(who, ...args)
  return { code: await program.ended, facts: program.facts }
}
const named = (facts: readonly Fact[], label: string) => facts.find((fact) => fact.label === label)
const team = async (who: Who) => (await run(who, 'team', 'show')).facts

let grace = ''

beforeAll(async () => {
  const relay = start('host', 'up', '--port', '0')
  const { origin } = await relay.fact(({ event, state }) => event === 'relay' && state === 'ready')
  const command = `${process.execPath} ${scriptedAgent} --state ${join(homes.host, 'agent')}`
  const host = start(
    'host',
    ...['host', '--relay', String(origin), '--project', project, '--agent-command', command, '--name', 'desk'],
    ...['--no-sandbox', '--allow-unproven'],
  )
  await host.fact(({ event, state }) => event === 'host' && state === 'ready')
  const { link } = await host.fact(({ event }) => event === 'offer')
  const device = start('ada', 'device', 'pair', String(link), '--label', 'ada’s terminal', '--person', 'Ada')
  const { code } = await device.fact(({ event }) => event === 'code')
  await host.fact(({ event }) => event === 'locked')
  host.type(String(code))
  expect(await device.ended).toBe(0)
})
afterAll(async () => {
  for (const program of running) await program.kill()
  for (const folder of [...Object.values(homes), project]) rmSync(folder, { recursive: true, force: true })
})

test('an owner’s terminal lets a newcomer in by the code that the newcomer’s shows, with the rights that were said, a wrong code costs a try', async () => {
  const watching = start('ada', 'approvals', '--watch')
  await watching.fact(({ event, state }) => event === 'connection' && state === 'online')
  const inviting = start('ada', 'team', 'invite', '--role', 'approver', '--max-tier', '1', '--host', 'desk')
  const { link } = await inviting.fact(({ event }) => event === 'offer')
  const joining = start('grace', 'device', 'pair', String(link), '--label', 'grace’s terminal', '--person', 'Grace')
  const { code } = await joining.fact(({ event }) => event === 'code')
  expect(await inviting.fact(({ event }) => event === 'locked')).toMatchObject({ person: 'Grace' })
  inviting.type(code === '000000' ? '111111' : '000000')
  expect(await inviting.fact(({ event }) => event === 'code-wrong')).toMatchObject({ left: 2 })
  inviting.type(String(code).replace(/^(...)/, '$1 '))
  expect([await inviting.ended, await joining.ended]).toEqual([0, 0])
  grace = String((await inviting.fact(({ event }) => event === 'invited')).kid)
  expect(await watching.fact(({ event }) => event === 'joined')).toMatchObject({
    kid: grace,
    role: 'approver',
    maxTier: 1,
  })
  await watching.stop()
  expect(joining.facts).toContainEqual(expect.objectContaining({ event: 'paired', hostName: 'Ada', host: null }))
})

test('a terminal without a host shows who may what, where, since when, last seen and until when; names come from the host', async () => {
  await expect.poll(async () => named(await team('grace'), 'grace’s terminal'), { timeout: 20_000 }).toBeDefined()
  const watching = start('ada', 'approvals', '--watch')
  await watching.fact(({ event, state }) => event === 'connection' && state === 'online')
  const facts = await team('grace')
  await watching.stop()
  const [desk] = facts.filter(({ event }) => event === 'host')
  expect(desk).toMatchObject({ label: 'desk', online: true })
  expect(named(facts, 'grace’s terminal')).toMatchObject({
    event: 'device',
    kid: grace,
    own: true,
    personName: 'Grace',
    role: 'approver',
    maxTier: 1,
    hosts: [`hst_${desk?.kid}`],
    since: expect.any(Number),
    leaseUntil: expect.any(Number),
  })
  // The only owner's lease has no end.
  expect(named(facts, 'ada’s terminal')).toMatchObject({
    personName: 'Ada',
    role: 'owner',
    leaseUntil: null,
    online: true,
  })
  expect((await run('host', 'team', 'show')).facts).toContainEqual(expect.objectContaining({ kid: grace, maxTier: 1 }))
})

test('an owner’s terminal changes rights and names; who is no owner changes neither, and names itself', async () => {
  expect((await run('ada', 'team', 'rights', grace, '--max-tier', '2', '--host', 'all')).code).toBe(0)
  expect((await run('ada', 'team', 'name', grace, '--person', 'Grace Hopper')).code).toBe(0)
  expect((await run('grace', 'team', 'name', '--label', 'tower')).code).toBe(0)
  await expect
    .poll(async () => named(await team('ada'), 'tower'), { timeout: 20_000 })
    .toMatchObject({ kid: grace, personName: 'Grace Hopper', role: 'approver', maxTier: 2, hosts: '*' })
  const hostId = (await run('ada', 'hosts')).facts.find(({ event }) => event === 'host')?.host
  expect((await run('ada', 'team', 'name', String(hostId), '--label', ' ')).facts.at(-1)).toMatchObject({
    code: 'usage',
  })
  expect((await run('ada', 'team', 'name', String(hostId), '--label', 'mill')).code).toBe(0)
  await expect
    .poll(async () => (await run('ada', 'hosts')).facts, { timeout: 20_000 })
    .toContainEqual(expect.objectContaining({ host: hostId, name: 'mill' }))
  const [, owner] = (await team('grace'))
    .filter(({ role }) => role !== undefined)
    .sort(({ role }) => (role === 'owner' ? 1 : -1))
  const ada = String(owner?.kid)
  for (const args of [
    ['team', 'invite'],
    ['team', 'rights', ada, '--role', 'viewer'],
    ['team', 'rights', grace, '--role', 'owner'],
    ['team', 'name', ada, '--label', 'mine'],
    ['team', 'name', String(hostId), '--label', 'mine'],
    ['team', 'remove', ada],
  ]) {
    const refused = await run('grace', ...args)
    expect([refused.code, refused.facts.at(-1)?.code]).toEqual([1, 'trust_entry_refused'])
  }
  const unknown = await run('ada', 'team', 'rights', 'A'.repeat(43), '--role', 'viewer')
  expect(unknown.facts.at(-1)).toMatchObject({ code: 'key_not_found' })
  expect((await run('ada', 'team', 'rights', grace)).facts.at(-1)).toMatchObject({ code: 'usage' })
  const nowhere = await run('ada', 'team', 'rights', grace, '--host', 'nowhere')
  expect(nowhere.facts.at(-1)).toMatchObject({ code: 'host_not_found' })
})

test('who watches hears who said what and why, and what the host made of it by whose word', async () => {
  const watching = start('ada', 'approvals', '--watch')
  await watching.fact(({ event, state }) => event === 'connection' && state === 'online')
  const task = start('ada', 'task', '--follow', '--agent', 'command', 'touch denied.txt')
  const { approval } = await watching.fact(({ event, state }) => event === 'approval' && state === 'open')
  await run('grace', 'deny', String(approval), '--reason', 'not today')
  expect(await watching.fact(({ event }) => event === 'decided')).toMatchObject({
    approval,
    device: grace,
    answer: 'deny',
    reason: 'not today',
  })
  expect(await watching.fact(({ outcome }) => outcome === 'denied')).toMatchObject({
    approval,
    decisions: [{ device: grace, answer: 'deny' }],
  })
  await task.ended
  await watching.stop()
})
