import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTeamPin } from '#host-agent/team/team-pin.ts'
import { type GateWorld, openGateWorld } from '#test/support/gate-world.ts'
import { must, NOW, newTeam, type World, withDevice } from '#test/support/trust-world.ts'
import { generateKeys, type KeyPair } from '#trust/keys.ts'
import { appendEntry, makeAddDevice, makeSetRights, ownersOf } from '#trust/trust-log.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'
import { withoutUnpaired } from '#trust/without-unpaired.ts'

// Said at the host, and kept in its own file: no relay can withhold it.
let world: World
let phone: KeyPair
let host: GateWorld

beforeEach(async () => {
  const born = await newTeam()
  const second = await withDevice(born, { role: 'owner', maxTier: 3 })
  world = { ...born, team: second.team }
  phone = second.device
  host = await openGateWorld(world)
})
afterEach(() => host.close())

const unpair = async (undo = false) => must(await host.context.team.unpair(phone.keys.kid, undo, NOW))

test('an unpaired device decides nothing here, at once, and its rules end; undone, it does again', async () => {
  const task = await host.task(world.owner)
  const first = host.nextAsked()
  const allowed = host.ask('touch x', task)
  const asked = await first
  await host.tap(phone, asked, { scope: 'rule', ...(asked.approval.rule ? { rule: asked.approval.rule } : {}) })
  await allowed
  expect(await host.ask('touch x', task)).toMatchObject({ answer: 'allow', approvalId: null })
  await unpair()
  const second = host.nextAsked()
  const answer = host.ask('touch x', task)
  const again = await second
  await host.tap(phone, again)
  expect(host.events.at(-1)?.event).toMatchObject({ type: 'refused', code: 'decision_key_removed' })
  await unpair(true)
  await host.tap(phone, again)
  expect(await answer).toMatchObject({ answer: 'allow', approvalId: again.id })
})

test('it is kept over a restart, named, and refused for what is no device or says nothing new', async () => {
  await unpair()
  await host.restart()
  const { team } = host.context
  expect(team.unpaired()).toMatchObject([{ kid: phone.keys.kid, n: world.team.head.n }])
  expect(ownersOf(team.state() ?? world.team).map(({ keys }) => keys.kid)).toEqual([world.owner.keys.kid])
  expect(await team.unpair(phone.keys.kid, false, NOW)).toMatchObject({ code: 'conflict' })
  expect(await team.unpair(world.host.keys.kid, false, NOW)).toMatchObject({ code: 'key_not_found' })
  expect(await team.unpair(world.owner.keys.kid, true, NOW)).toMatchObject({ code: 'conflict' })
  expect(must(await openTeamPin(c, '/nonexistent')).unpaired()).toEqual([])
})

test('whoever an unpaired owner lets in or raises afterwards counts no more than he; the log goes on', async () => {
  const before = await withDevice(world)
  const helper = (await generateKeys(c, { extractable: true })).keys
  const rights = { ...(before.team.keys.get(before.device.keys.kid)?.rights as object) } as never
  const added = must(
    await appendEntry(c, before.team, await makeAddDevice(c, phone, before.team, { device: helper, rights, now: NOW })),
  )
  const unpaired = [{ kid: phone.keys.kid, n: world.team.head.n, at: NOW }]
  const stands = (kid: string, state = added, of = unpaired) =>
    withoutUnpaired(state, of).keys.get(kid)?.removedAt === null
  expect([stands(helper.kid), stands(phone.keys.kid), stands(before.device.keys.kid)]).toEqual([false, false, true])
  // Let in before it was unpaired, and by somebody who counts.
  expect(stands(helper.kid, added, [{ kid: phone.keys.kid, n: added.head.n, at: NOW }])).toBe(true)
  const { kid } = before.device.keys
  const raised = must(
    await appendEntry(
      c,
      added,
      await makeSetRights(c, phone, added, { kid, rights: { ...(rights as object), maxTier: 3 } as never, now: NOW }),
    ),
  )
  expect(stands(kid, raised)).toBe(false)
  await unpair()
  must(await host.context.team.pin(added, 'https://relay.example'))
  expect(host.context.team.state()?.head).toEqual(added.head)
  expect(host.context.team.state()?.keys.get(helper.kid)?.removedAt).toBe(NOW)
})
