import { afterEach, beforeEach, expect, test } from 'vitest'
import { hostName, nameHost } from '#host-agent/team/name-host.ts'
import { type GateWorld, openGateWorld } from '#test/support/gate-world.ts'
import { newTeam, type World, withDevice } from '#test/support/trust-world.ts'

let world: World
let helper: string
let host: GateWorld

beforeEach(async () => {
  const born = await newTeam()
  const second = await withDevice(born, { role: 'approver', maxTier: 3 })
  world = { ...born, team: second.team }
  helper = second.device.keys.kid
  host = await openGateWorld(world)
})
afterEach(() => host.close())

const isCalled = () => hostName(host.context, 'vm-1')
const name = (words: string, from = world.owner.keys.kid) => nameHost(host.context, from, words)

test('a host goes by the name that it was started with until an owner names it, and by that one after a restart', async () => {
  expect(isCalled()).toBe('vm-1')
  await name('  The laptop ')
  expect(isCalled()).toBe('The laptop')
  await host.restart()
  expect(isCalled()).toBe('The laptop')
})

test('who owns nothing names nothing, and what is no name is dropped', async () => {
  await name('Mine now', helper)
  await name('Mine now', world.host.keys.kid)
  await name('Mine now', 'X'.repeat(43))
  await name('   ')
  await name('a'.repeat(81))
  expect(isCalled()).toBe('vm-1')
  await name('a'.repeat(80))
  expect(isCalled()).toBe('a'.repeat(80))
})
