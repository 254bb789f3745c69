import { afterEach, beforeEach, expect, test } from 'vitest'
import { type GateWorld, knowsNothing, openGateWorld } from '#test/support/gate-world.ts'
import { decide, newTeam, type World } from '#test/support/trust-world.ts'
import { until } from '#test/support/wait.ts'
import type { Handlers } from '../client/team-world.ts'

// After a crash: what may have run is said to be indeterminate, and never runs by its approval again.
let world: World
let host: GateWorld
let task: string
let relay: Handlers

beforeEach(async () => {
  world = await newTeam()
  relay = { ...knowsNothing }
  host = await openGateWorld(world, { relay })
  task = await host.task(world.owner)
})
afterEach(() => host.close())

/** The question of before the crash, open at the host. */
async function asked() {
  const next = host.nextAsked()
  void host.ask('touch x', task)
  return next
}
const known = (id: string) => host.context.memory.approvals.get(id)

test('spent and not settled when the machine died: it may have run, and is asked anew', async () => {
  const { id, digest, approval, statement } = await asked()
  const decision = await decide(world, world.owner, { approval, jws: statement })
  const { kid } = world.owner.keys
  await host.context.memory.record({ type: 'decision', approvalId: id, device: kid, decision, code: null })
  await host.context.memory.record({ type: 'consume', approvalId: id, digest, answer: 'approve', counted: [kid] })
  await host.restart()
  await host.gate.recover()
  expect(known(id)).toMatchObject({ settled: { outcome: 'indeterminate' }, result: { outcome: 'indeterminate' } })
  const again = await asked()
  expect(again).toMatchObject({ digest, consumed: null })
  expect(again.id).not.toBe(id)
  await host.gate.recover()
  expect(host.journal().filter(({ type }) => type === 'consume')).toHaveLength(1)
})

test('a no that was not settled when the machine died is a no', async () => {
  const { id, digest } = await asked()
  await host.context.memory.record({ type: 'consume', approvalId: id, digest, answer: 'deny' })
  await host.restart()
  await host.gate.recover()
  expect(known(id)).toMatchObject({ settled: { outcome: 'denied' }, result: null })
})

test('what the relay has a receipt of and the journal calls open may have run: the journal has lost its end', async () => {
  const question = await asked()
  const { id, approval, statement } = question
  const decision = await decide(world, world.owner, { approval, jws: statement })
  const { kid } = world.owner.keys
  await host.context.memory.record({ type: 'decision', approvalId: id, device: kid, decision, code: null })
  await host.restart()
  relay['approval.read'] = () => ({ receipt: {} })
  expect(await host.ask('touch x', task)).toMatchObject({ answer: 'deny', code: 'journal_damaged' })
  expect(known(id)).toMatchObject({ consumed: null, settled: { outcome: 'indeterminate' } })
})

test('without a receipt at the relay the decision of before the crash releases, once', async () => {
  const { id, approval, statement } = await asked()
  const decision = await decide(world, world.owner, { approval, jws: statement })
  const { kid } = world.owner.keys
  await host.context.memory.record({ type: 'decision', approvalId: id, device: kid, decision, code: null })
  await host.restart()
  expect(await host.ask('touch x', task)).toMatchObject({ answer: 'allow', approvalId: id })
  expect(await asked()).not.toMatchObject({ id })
})

test('asked anew after a restart, and not quite as before, the question of before is over, answered or not', async () => {
  for (const isAnswered of [false, true]) {
    const { id, approval, statement } = await asked()
    const decision = await decide(world, world.owner, { approval, jws: statement })
    const { kid } = world.owner.keys
    if (isAnswered)
      await host.context.memory.record({ type: 'decision', approvalId: id, device: kid, decision, code: null })
    await host.restart()
    await host.gate.recover()
    const next = host.nextAsked()
    void host.ask('touch x', task, { request: { environment: { NEW: `${isAnswered}` } } })
    const again = await next
    expect(again.id).not.toBe(id)
    expect(known(id)).toMatchObject({ consumed: null, settled: { outcome: 'stale' } })
    expect(known(again.id)).toMatchObject({ consumed: null, settled: null })
  }
})

test('what was tapped in time and has waited too long releases nothing after a restart either, whatever the clock was set back to', async () => {
  const hour = 3_600_000
  const { id, approval, statement } = await asked()
  const decision = await decide(world, world.owner, { approval, jws: statement })
  const { kid } = world.owner.keys
  await host.context.memory.record({ type: 'decision', approvalId: id, device: kid, decision, code: null })
  await host.restart()
  host.clock.advance(30 * hour)
  await host.context.memory.record({ type: 'locked', locked: false, by: null })
  host.clock.advance(-29 * hour)
  await host.restart()
  void host.ask('touch x', task)
  const refused = () => host.events.map(({ event }) => event).find(({ type }) => type === 'refused')
  expect(await until(refused, { what: 'a refusal' })).toMatchObject({ approval: id, code: 'decision_expired' })
  expect(known(id)).toMatchObject({ consumed: null, settled: null })
})
