import { afterEach, expect, test } from 'vitest'
import { fatigueLimits } from '#host-agent/approvals/fatigue.ts'
import { sessionIdOf } from '#host-agent/sessions/session-id.ts'
import type { LaterPush } from '#protocol/envelope.ts'
import { type GateWorld, knowsNothing, openGateWorld } from '#test/support/gate-world.ts'
import { NOW, newTeam, type World, withDevice } from '#test/support/trust-world.ts'

const minute = 60_000
let host: GateWorld | undefined
afterEach(() => host?.close())

/** What the relay is told of who is pushed to later. */
async function scheduleUnder(world: World, policy: string): Promise<LaterPush[]> {
  host = await openGateWorld(world, { policy, relay: { 'leases.read': () => ({ leases: [] }), ...knowsNothing } })
  const asked = host.nextAsked()
  void host.ask('touch x', null)
  await asked
  const pending = host.journal().find(({ type }) => type === 'pending')
  return pending?.type === 'pending' ? (JSON.parse(pending.body).later ?? []) : []
}

test('whoever may answer is to be reminded when four fifths of a long wait have gone, and never of a short one', async () => {
  const world = await newTeam()
  const [reminder, ...more] = await scheduleUnder(world, 'approval: { expiresMinutes: 100 }')
  expect(reminder).toMatchObject({ at: NOW + 80 * minute, again: true })
  expect(reminder?.kids).toContain(world.owner.keys.kid)
  expect(more).toEqual([])
  await host?.close()
  expect(await scheduleUnder(world, 'approval: { expiresMinutes: 59 }')).toEqual([])
})

test('who is asked only after that is asked once', async () => {
  const world = await newTeam()
  const { device: rest, team } = await withDevice(world)
  const personOf = (kid: string) => team.keys.get(kid)?.rights?.person
  const policy = `groups: { first: [${personOf(world.owner.keys.kid)}], rest: [${personOf(rest.keys.kid)}] }
approval: { expiresMinutes: 100, escalate: [{ to: first, afterMinutes: 0 }, { to: rest, afterMinutes: 90 }] }`
  expect(await scheduleUnder({ ...world, team }, policy)).toEqual([
    { at: NOW + 90 * minute, kids: [rest.keys.kid] },
    { at: NOW + 80 * minute, kids: [world.owner.keys.kid], again: true },
  ])
})

test('of what is no longer pushed one by one nobody is reminded, and that there is more has the digest’s Topic', async () => {
  host = await openGateWorld(await newTeam(), {
    relay: { 'leases.read': () => ({ leases: [] }), ...knowsNothing },
  })
  for (let n = 0; n < fatigueLimits.pushes + 2; n += 1) {
    const asked = host.nextAsked()
    void host.ask('touch x', null, { session: sessionIdOf('hook', 'claude-code', String(n)) })
    await asked
  }
  const told = host.journal().flatMap((entry) => (entry.type === 'pending' ? [JSON.parse(entry.body)] : []))
  const [first, digest, silent] = [told[0], told[fatigueLimits.pushes], told[fatigueLimits.pushes + 1]]
  expect([first.push.topic, first.later.length]).toEqual([undefined, 1])
  expect([digest.push.topic, digest.later]).toEqual(['digest', undefined])
  expect([silent.push, silent.later]).toEqual([null, undefined])
})
