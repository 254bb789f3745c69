import { afterEach, beforeEach, expect, test } from 'vitest'
import { type WideningWish, wideningRequest } from '#host-agent/approvals/widening-request.ts'
import { type GateWorld, openGateWorld } from '#test/support/gate-world.ts'
import { newTeam, type World } from '#test/support/trust-world.ts'

let world: World
let host: GateWorld
beforeEach(async () => {
  world = await newTeam()
  host = await openGateWorld(world)
})
afterEach(() => host.close())

test.each<[WideningWish, number]>([
  [{ open: 'all', again: 'node build.js' }, 3],
  [{ open: 'host', host: 'db.example', port: 5432, isGuarded: true }, 3],
  [{ open: 'host', host: 'example.org', port: 443, isGuarded: false }, 2],
  [{ open: 'read', path: '/etc/hosts', again: null }, 2],
])(
  'what widens the sandbox is of the tier that it deserves, and of tier 3 never more than once: %o',
  async (wish, tier) => {
    const next = host.nextAsked()
    void host.ask('', await host.task(world.owner), { request: wideningRequest(wish) })
    const { approval } = await next
    expect(approval.operation.tier).toBe(tier)
    if (tier === 3) expect(approval).toMatchObject({ gesture: 'passkey', scopes: ['once'] })
  },
)
