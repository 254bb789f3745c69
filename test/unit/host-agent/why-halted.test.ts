import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { whyHalted } from '#host-agent/team/why-halted.ts'
import { type GateWorld, openGateWorld } from '#test/support/gate-world.ts'
import { must, NOW, newTeam, type World } from '#test/support/trust-world.ts'
import { appendEntry, makeSetPolicy } from '#trust/trust-log.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

// What stops a whole host: nothing is asked of people, and nothing runs.
let world: World
let host: GateWorld
beforeEach(async () => {
  world = await newTeam()
  host = await openGateWorld(world)
})
afterEach(() => host.close())

/** What becomes of a command; `asked` where people are asked for it. */
const run = async () => {
  const asked = host.nextAsked().then(() => 'asked')
  return Promise.race([host.ask('touch x', await host.task(world.owner)), asked])
}
const held = async (policyHash: string) => {
  const { team, owner } = world
  const entry = await makeSetPolicy(c, owner, team, { host: host.context.hostId, policyHash, now: NOW })
  must(await host.context.team.pin(must(await appendEntry(c, team, entry)), 'https://relay.example'))
}

test('a file of the host’s own that is not valid', async () => {
  for (const code of ['policy_invalid', 'models_invalid', 'projects_invalid'] as const) {
    host.context.fileProblem = { code, detail: 'line 1' }
    expect(await run()).toEqual({ answer: 'deny', code })
  }
})

test('a fork that owners have signed', async () => {
  vi.spyOn(host.context.team, 'fork').mockReturnValue({ n: 1, at: NOW })
  expect(await run()).toEqual({ answer: 'deny', code: 'trust_log_forked' })
})

test('another policy than the one that owners hold it to; under that one it works', async () => {
  await held('P'.repeat(43))
  expect(await run()).toEqual({ answer: 'deny', code: 'policy_not_agreed' })
  host.context.policy = { ...host.context.policy, policyHash: 'P'.repeat(43) }
  expect(whyHalted(host.context)).toBeNull()
})
