import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPoster } from '#host-agent/relay/poster.ts'
import { sessionIdOf } from '#host-agent/sessions/session-id.ts'
import { type ErrorCode, refused } from '#protocol/errors.ts'
import { type GateWorld, knowsNothing, openGateWorld } from '#test/support/gate-world.ts'
import { newTeam, type World } from '#test/support/trust-world.ts'
import { relayOf } from '../client/team-world.ts'

// A question that the relay will show to nobody ends at once, and says why.
let world: World
let host: GateWorld
beforeAll(async () => {
  world = await newTeam()
  host = await openGateWorld(world, { relay: { 'leases.read': () => ({ leases: [] }), ...knowsNothing } })
})
afterAll(() => host.close())

/** What whoever asked is told when the relay answers so, by a clock that is this much behind the relay's. */
async function told(code: ErrorCode, behindMs: number) {
  const { clock, context, gate } = host
  const relay = {
    ...relayOf({ 'approval.request': () => refused(code), 'approval.settle': () => refused('approval_not_found') }),
    now: () => clock.now() + behindMs,
  }
  const asked = host.nextAsked()
  const answer = host.ask(`mkdir ${code}`, null, { session: sessionIdOf('script', code, String(behindMs)) })
  const { id } = await asked
  let taken: Promise<void> | undefined
  const poster = createPoster({
    memory: context.memory,
    relay,
    clock,
    log: () => {},
    connectionId: () => null,
    unasked: (approvalId, why) => {
      taken = gate.unasked(approvalId, why)
    },
  })
  poster.post(id)
  const said = await answer
  await taken
  poster.close()
  return { said, outcome: context.memory.approvals.get(id)?.settled?.outcome }
}

test('over before anybody could answer: the host’s clock is said to be wrong where the relay’s is another', async () => {
  const day = 24 * 3_600_000
  const denied = (code: ErrorCode) => ({ said: { answer: 'deny', code }, outcome: 'canceled' })
  expect(await told('approval_expired', day)).toEqual(denied('host_clock_wrong'))
  expect(await told('approval_expired', 0)).toEqual(denied('approval_expired'))
  expect(await told('body_too_large', 0)).toEqual(denied('body_too_large'))
})
