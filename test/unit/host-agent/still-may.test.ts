import { afterEach, beforeEach, expect, test } from 'vitest'
import { sessionIdOf } from '#host-agent/sessions/session-id.ts'
import { limits } from '#protocol/limits.ts'
import type { Rights } from '#protocol/statements/trust-entry.ts'
import { type GateWorld, openGateWorld } from '#test/support/gate-world.ts'
import { MINUTE, must, NOW, newTeam, type World, withDevice } from '#test/support/trust-world.ts'
import type { KeyPair } from '#trust/keys.ts'
import { appendEntry, makeRemoveKey, makeSetRights, type TeamState } from '#trust/trust-log.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

// A word counts as long as who gave it would be let give it now: at the release, by a standing rule, by a plan.
let world: World
let phone: KeyPair
let third: KeyPair
let served: readonly string[]
let hosts: GateWorld[]

beforeEach(async () => {
  const born = await newTeam()
  const second = await withDevice(born)
  const last = await withDevice({ ...born, team: second.team })
  world = { ...born, team: last.team }
  phone = second.device
  third = last.device
  served = world.team.entries
  hosts = []
})
afterEach(() => Promise.all(hosts.map((host) => host.close())))

async function open(policy = ''): Promise<GateWorld> {
  const read = ({ query }: { query?: { from?: string } }) => {
    const from = Number(query?.from)
    return { from, entries: served.slice(from), more: false }
  }
  const host = await openGateWorld(world, {
    policy,
    relay: { 'trust.read': read as never, 'leases.read': () => ({ leases: [] }) },
  })
  hosts.push(host)
  return host
}
const twoPersons = 'approval: { persons: 2 }'
const demoted = async (change: Partial<Rights>, of = phone): Promise<TeamState> => {
  const rights = { ...(world.team.keys.get(of.keys.kid)?.rights as Rights), ...change }
  return must(
    await appendEntry(
      c,
      world.team,
      await makeSetRights(c, world.owner, world.team, { kid: of.keys.kid, rights, now: NOW }),
    ),
  )
}
const isOpen = (host: GateWorld, id: string) => host.context.memory.approvals.get(id)?.consumed === null

test('the first of two who has since become a viewer, or may less, is not counted any more', async () => {
  for (const change of [{ role: 'viewer' as const }, { maxTier: 0 as const }, { hosts: [] }]) {
    const host = await open(twoPersons)
    const asked = host.nextAsked()
    const answer = host.ask('touch x', await host.task(world.owner))
    const question = await asked
    await host.tap(phone, question)
    must(await host.context.team.pin(await demoted(change), 'https://relay.example'))
    await host.tap(world.owner, question)
    expect(isOpen(host, question.id), JSON.stringify(change)).toBe(true)
    await host.tap(third, question)
    expect(await answer).toMatchObject({ answer: 'allow' })
    const counted = [world.owner.keys.kid, third.keys.kid]
    expect(host.context.memory.approvals.get(question.id)).toMatchObject({ counted })
  }
})

test('the first of two whose lease has lapsed since is not counted any more', async () => {
  const host = await open(twoPersons)
  host.clock.advance(limits.leaseMs - MINUTE)
  const asked = host.nextAsked()
  void host.ask('touch x', await host.task(world.owner))
  const question = await asked
  await host.tap(phone, question)
  host.clock.advance(2 * MINUTE)
  await host.tap(world.owner, question)
  expect(isOpen(host, question.id)).toBe(true)
})

test('a standing rule ends when who made it may less, or has no lease', async () => {
  const day = limits.leaseMs / 14
  for (const end of ['rights', 'lease'] as const) {
    const host = await open()
    host.clock.advance(limits.leaseMs - day)
    const task = await host.task(world.owner)
    const first = host.nextAsked()
    const answer = host.ask('touch x', task)
    const question = await first
    const { rule } = question.approval
    if (!rule) throw new Error('no rule is offered')
    await host.tap(phone, question, { scope: 'rule', rule })
    expect(await answer).toMatchObject({ answer: 'allow', approvalId: question.id })
    expect(await host.ask('touch x', task)).toMatchObject({ answer: 'allow', approvalId: null })
    if (end === 'lease') host.clock.advance(2 * day)
    else must(await host.context.team.pin(await demoted({ role: 'viewer' }), 'https://relay.example'))
    const again = host.nextAsked()
    void host.ask('touch x', task)
    expect((await again).id, end).not.toBe(question.id)
  }
})

test('whoever made a standing rule and is given less while the disk takes in that it is used lets nothing run', async () => {
  const host = await open()
  const task = await host.task(world.owner)
  const first = host.nextAsked()
  const answer = host.ask('touch x', task)
  const question = await first
  const { rule } = question.approval
  if (!rule) throw new Error('no rule is offered')
  await host.tap(phone, question, { scope: 'rule', rule })
  expect(await answer).toMatchObject({ answer: 'allow' })
  const { memory, team } = host.context
  const { record } = memory
  memory.record = async (entry) => {
    await record(entry)
    if (entry.type === 'verdict' && entry.standing !== undefined)
      must(await team.pin(await demoted({ role: 'viewer' }), 'https://relay.example'))
  }
  const again = host.nextAsked()
  void host.ask('touch x', task)
  expect((await again).digest).toBe(question.digest)
})

test('who is given less, or taken out, while the disk takes in that their decision is spent releases nothing', async () => {
  const removal = await makeRemoveKey(c, world.owner, world.team, { kid: phone.keys.kid, now: NOW })
  for (const later of [await demoted({ role: 'viewer' }), must(await appendEntry(c, world.team, removal))]) {
    const host = await open()
    const { memory, team } = host.context
    const { record } = memory
    memory.record = async (entry) => {
      await record(entry)
      if (entry.type === 'consume') must(await team.pin(later, 'https://relay.example'))
    }
    const asked = host.nextAsked()
    const answer = host.ask('touch x', await host.task(world.owner))
    const question = await asked
    await host.tap(phone, question)
    expect(await answer).toMatchObject({ answer: 'deny', code: 'decision_role_refused' })
    expect(memory.approvals.get(question.id)).toMatchObject({ consumed: 'approve', settled: { outcome: 'rejected' } })
  }
})

test('where whoever asked may not approve, nothing is asked for whom nobody knows', async () => {
  const host = await open('approval: { notRequester: true }')
  expect(await host.ask('touch x', null)).toEqual({ answer: 'deny', code: 'requester_unknown' })
  const asked = host.nextAsked()
  const answer = host.ask('touch x', await host.task(phone))
  const question = await asked
  await host.tap(phone, question)
  expect(isOpen(host, question.id)).toBe(true)
  await host.tap(world.owner, question)
  expect(await answer).toMatchObject({ answer: 'allow' })
})

test('a decision that knows more of the log makes the host look first: who was removed is not counted', async () => {
  const host = await open(twoPersons)
  const asked = host.nextAsked()
  const answer = host.ask('touch x', await host.task(world.owner))
  const question = await asked
  await host.tap(phone, question)
  const removal = await makeRemoveKey(c, world.owner, world.team, { kid: phone.keys.kid, now: NOW })
  const later = must(await appendEntry(c, world.team, removal))
  served = later.entries
  await host.tap(world.owner, question, { trustHead: later.head })
  expect(host.context.team.state()?.head).toEqual(later.head)
  expect(isOpen(host, question.id)).toBe(true)
  await host.tap(third, question, { trustHead: later.head })
  expect(await answer).toMatchObject({ answer: 'allow' })
})

test('a log that the relay withholds releases nothing; when it comes, what was decided is judged by itself', async () => {
  const host = await open()
  const asked = host.nextAsked()
  const answer = host.ask('touch x', await host.task(world.owner))
  const question = await asked
  const later = await demoted({ maxTier: 1 }, third)
  await host.tap(world.owner, question, { trustHead: later.head })
  expect(isOpen(host, question.id)).toBe(true)
  expect(host.events.at(-1)?.event).toMatchObject({ type: 'refused', code: 'trust_log_behind' })
  served = later.entries
  must(await host.context.team.sync(host.context.relay))
  expect(await answer).toMatchObject({ answer: 'allow' })
})

test('a decision of another log counts nothing, and freezes the host where the relay shows that owners signed both', async () => {
  const host = await open()
  const mine = await demoted({ maxTier: 1 })
  const other = await demoted({ maxTier: 1 }, third)
  must(await host.context.team.pin(mine, 'https://relay.example'))
  served = mine.entries
  const asked = host.nextAsked()
  void host.ask('touch x', await host.task(world.owner))
  const question = await asked
  await host.tap(world.owner, question, { trustHead: other.head })
  expect(host.events.at(-1)?.event).toMatchObject({ type: 'refused', code: 'decision_other_log' })
  expect(host.context.team.fork()).toBeNull()
  served = other.entries
  await host.tap(third, question, { trustHead: other.head })
  expect(host.events.at(-1)?.event).toMatchObject({ type: 'refused', code: 'trust_log_forked' })
  expect(host.context.team.fork()).not.toBeNull()
  expect(isOpen(host, question.id)).toBe(true)
})

test('scripts and terminals push no more often than a session: twelve in ten minutes, one that says that more waits, then none', async () => {
  const host = await open()
  const pushed: string[] = []
  for (let count = 0; count < 15; count += 1) {
    const next = host.nextAsked()
    // Under ever new names: whoever asks makes them up.
    void host.ask(`touch ${count}`, null, { session: sessionIdOf(String(count)) })
    const { body } = await next
    pushed.push(JSON.stringify((JSON.parse(body) as { push: unknown }).push))
  }
  expect(pushed.filter((push) => push !== 'null')).toHaveLength(13)
  expect(pushed.slice(13)).toEqual(['null', 'null'])
})
