import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { addMember } from '#test/support/agents/add-member.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'

let world: HostWorld
beforeAll(async () => {
  world = await openHostWorld()
})
afterAll(() => world.close())

const shown = { where: 'app', whole: true } as const

test('a lapsed device decides nothing and starts nothing, until an owner’s device renews its lease', async () => {
  // Connected, the owner's device would renew by itself.
  world.device.close()
  const at = Date.now() - limits.leaseMs - 60_000
  const phone = await addMember(world, { person: newId('per', at), at })
  const task = await world.submit('mkdir leased', { agent: 'command' })
  const asked = await world.nextApproval()
  expect(await phone.decide({ approvalId: asked.id, answer: 'approve', shown })).toMatchObject({
    code: 'decision_lease_expired',
  })
  // A device that does not look at its own lease gets no further: the host looks.
  await phone.context.store.put('own-lease', Date.now() + limits.leaseMs)
  must(await phone.decide({ approvalId: asked.id, answer: 'approve', shown }))
  await task.events.until((event) => event.type === 'refused' && event.code === 'decision_lease_expired')
  const idle = must(await phone.submitTask({ hostId: world.hostId, text: 'mkdir started', agent: 'command' }))
  must(await world.device.decide({ approvalId: asked.id, answer: 'deny', shown }))
  expect(await task.ended).toBe('rejected')

  expect(must(await world.device.renewLeases())).toBe(1)
  const again = await world.submit('mkdir leased', { agent: 'command' })
  const second = await world.nextApproval(new Set([asked.id]))
  must(await phone.decide({ approvalId: second.id, answer: 'approve', shown }))
  expect(await again.ended).toBe('completed')
  expect(existsSync(join(world.project, 'leased'))).toBe(true)
  expect(must(await world.device.task(idle.head.id)).head.state).toBe('submitted')
  phone.close()
})
