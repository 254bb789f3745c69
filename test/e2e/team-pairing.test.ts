import { afterAll, beforeAll, expect, test } from 'vitest'
import { pair } from '#client/pair.ts'
import { newId } from '#protocol/ids.ts'
import { addMember } from '#test/support/agents/add-member.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'
import { newDevice } from '#test/support/agents/new-device.ts'

let world: HostWorld
beforeAll(async () => {
  world = await openHostWorld()
})
afterAll(() => world.close())

test('a newcomer joins a team whose log is longer than a message, and every device is told', async () => {
  for (let added = 0; added < 24; added += 1) (await addMember(world, { person: newId('per', added) })).close()
  const told = new Promise<number>((resolve) => {
    world.device.connect().on((event) => event.type === 'team' && resolve(event.team.keys.size))
  })
  const newcomer = await newDevice(world.relay.origin)
  const { link } = must(await world.host().offerPairing())
  const pairing = pair(newcomer.context, {
    link,
    label: 'late phone',
    person: 'Late',
    onCode: (code) => must(world.host().typeCode(code)),
  })
  const asked = await world.nextApproval()
  must(await world.device.decide({ approvalId: asked.id, answer: 'approve', shown: { where: 'app', whole: true } }))
  const { team } = must(await pairing)
  expect(team.entries).toHaveLength(27)
  expect(team.keys.get(newcomer.kid)).toMatchObject({ kind: 'device', removedAt: null })
  expect(await told).toBeGreaterThan(26)
  newcomer.close()
})
