import { afterEach, beforeEach, expect, test } from 'vitest'
import { fatigueLimits } from '#host-agent/approvals/fatigue.ts'
import { pausedSessions } from '#host-agent/approvals/paused-sessions.ts'
import type { ApprovalMemory } from '#host-agent/journal/memory.ts'
import { sessionIdOf } from '#host-agent/sessions/session-id.ts'
import { type GateWorld, knowsNothing, openGateWorld } from '#test/support/gate-world.ts'
import { newTeam, type World } from '#test/support/trust-world.ts'

// What one session may ask of people, at the real gate, on a real journal: of tasks, of scripts and terminals, and after a restart.
let world: World
let host: GateWorld
beforeEach(async () => {
  world = await newTeam()
  host = await openGateWorld(world, { relay: { 'leases.read': () => ({ leases: [] }), ...knowsNothing } })
})
afterEach(() => host.close())

const mine = sessionIdOf('hook', 'claude-code', 'one')
const other = sessionIdOf('hook', 'claude-code', 'other')
const up = () => [...host.context.memory.approvals.values()].filter(({ settled, consumed }) => !settled && !consumed)
const pendings = () => host.journal().filter(({ type }) => type === 'pending').length
async function card(command: string, taskId: string | null, session = mine) {
  const next = host.nextAsked()
  const answer = host.ask(command, taskId, { session })
  return { asked: await next, answer }
}
async function deny(command: string, taskId: string | null, session = mine) {
  const { asked, answer } = await card(command, taskId, session)
  await host.tap(world.owner, asked, { answer: 'deny' })
  expect(await answer).toEqual({ answer: 'deny', code: null })
}

test('of a session in a terminal the same asked twice is one card; who hangs up takes only their own question back', async () => {
  const first = new AbortController()
  const next = host.nextAsked()
  const one = host.ask('touch x', null, { session: mine, signal: first.signal })
  const asked = await next
  const two = host.ask('touch x', null, { session: mine })
  const gone = new AbortController()
  const three = host.ask('touch x', null, { session: mine, signal: gone.signal })
  await card('touch y', null)
  gone.abort()
  expect(await three).toEqual({ answer: 'canceled' })
  expect(up().map(({ approval }) => approval.operation.command)).toEqual(['touch x', 'touch y'])
  expect(up()[0]?.id).toBe(asked.id)
  const again = host.nextAsked()
  first.abort()
  expect(await one).toEqual({ answer: 'canceled' })
  await host.tap(world.owner, await again)
  expect(await two).toMatchObject({ answer: 'allow' })
})

test('of a session in a terminal five cards are up; another session has its own', async () => {
  for (let n = 0; n < fatigueLimits.openCards; n += 1) await card(`touch ${n}`, null)
  const sixth = host.ask('touch 6', null, { session: mine })
  await card('touch 6', null, other)
  expect(up().filter(({ session }) => session === mine)).toHaveLength(fatigueLimits.openCards)
  const next = host.nextAsked()
  await host.tap(world.owner, up()[0] as ApprovalMemory)
  await host.tap(world.owner, await next)
  expect(await sixth).toMatchObject({ answer: 'allow' })
})

test('a report pauses a session in a terminal: refused at once, also after a restart, until a device resumes it', async () => {
  const { asked, answer } = await card('touch x', null)
  await host.tap(world.owner, asked, { answer: 'report' })
  expect(await answer).toMatchObject({ answer: 'deny' })
  const refused = { answer: 'deny', code: 'session_paused' }
  expect(await host.ask('touch y', null, { session: mine })).toEqual(refused)
  await card('touch y', null, other)
  await host.restart()
  await host.gate.recover()
  expect(await host.ask('touch y', null, { session: mine })).toEqual(refused)
  const { paused } = pausedSessions(host.context.memory)
  expect(paused).toMatchObject([{ session: mine, agent: 'command', project: 'project' }])
  await host.gate.resume(mine)
  expect(pausedSessions(host.context.memory)).toEqual({})
  const { asked: anew, answer: then } = await card('touch y', null)
  await host.tap(world.owner, anew)
  expect(await then).toMatchObject({ answer: 'allow' })
})

test('denials of before a restart count, of tasks and of sessions in a terminal', async () => {
  const task = await host.task(world.owner)
  for (const [taskId, session] of [
    [task, task],
    [null, mine],
  ] as const) {
    await deny('touch 1', taskId)
    await deny('touch 2', taskId)
    await host.restart()
    await deny('touch 3', taskId)
    expect(host.context.memory.pauses.get(session)?.paused).toBe(true)
  }
})

test('denials of before somebody resumed the session, or of long ago, count no more after a restart', async () => {
  for (const n of [1, 2, 3]) await deny(`touch ${n}`, null)
  host.clock.advance(1)
  await host.gate.resume(mine)
  host.clock.advance(1)
  await host.restart()
  await deny('touch 4', null)
  await deny('touch 5', null)
  host.clock.advance(fatigueLimits.denialWindowMs)
  await host.restart()
  await deny('touch 6', null)
  expect(host.context.memory.pauses.get(mine)?.paused).toBe(false)
})

test('pushes of before a restart count', async () => {
  const task = await host.task(world.owner)
  const push = async (n: number) => {
    const { asked, answer } = await card(`touch ${n}`, task)
    await host.tap(world.owner, asked)
    await answer
    return (JSON.parse(asked.body) as { push: unknown }).push
  }
  for (let n = 0; n < fatigueLimits.pushes + 1; n += 1) expect(await push(n)).not.toBeNull()
  await host.restart()
  expect(await push(fatigueLimits.pushes + 1)).toBeNull()
  host.clock.advance(fatigueLimits.pushWindowMs)
  expect(await push(fatigueLimits.pushes + 2)).not.toBeNull()
})

test('cards of before a restart count; those that nobody asks for again give way, one for one', async () => {
  const task = await host.task(world.owner)
  for (let n = 0; n < fatigueLimits.openCards; n += 1) await card(`touch ${n}`, task)
  await host.restart()
  const first = up()[0] as ApprovalMemory
  const again = host.ask('touch 0', task)
  await host.tap(world.owner, first)
  expect(await again).toMatchObject({ answer: 'allow', approvalId: first.id })
  const { asked: fifth } = await card('touch new', task)
  const { asked: sixth } = await card('touch newer', task)
  expect(up()).toHaveLength(fatigueLimits.openCards)
  expect(up().map(({ id }) => id)).toEqual(expect.arrayContaining([fifth.id, sixth.id]))
})

test('what is still being looked at when its session ends is asked of nobody', async () => {
  const task = await host.task(world.owner)
  const ended = new AbortController()
  const answer = host.ask('touch x', task, { signal: ended.signal })
  ended.abort()
  expect(await answer).toEqual({ answer: 'canceled' })
  expect(pendings()).toBe(0)
})
