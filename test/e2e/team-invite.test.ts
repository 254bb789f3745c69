import { afterAll, beforeAll, expect, test } from 'vitest'
import { listDevices } from '#client/list-devices.ts'
import { removeKey } from '#client/remove-key.ts'
import { setPolicy } from '#client/set-policy.ts'
import { setRights } from '#client/set-rights.ts'
import { demo } from '#test/support/agents/demo-project.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'
import { newDevice } from '#test/support/agents/new-device.ts'
import { inviteNow } from '#test/support/invite-now.ts'

let world: HostWorld
beforeAll(async () => {
  world = await openHostWorld()
})
afterAll(() => world.close())

/** A newcomer of its own, invited by the owner's device. */
async function inviteNew(...[rights, person, typed]: Tail<Parameters<typeof inviteNow>>) {
  const newcomer = await newDevice(world.relay.origin)
  return { newcomer, ...(await inviteNow(world, newcomer, rights, person, typed)) }
}
type Tail<T extends unknown[]> = T extends [unknown, unknown, ...infer Rest] ? Rest : never

const approver = { role: 'approver', hosts: '*', maxTier: 2 } as const

test('phone to phone: the newcomer is let in by the owner’s own signature, named everywhere, and decides', async () => {
  const { newcomer, invited, joined, wrong } = await inviteNew(approver, 'Grace', [() => '', (code) => code])
  expect(wrong).toEqual([2])
  expect(must(joined)).toMatchObject({ hostId: null, name: 'Tester' })
  expect(must(invited)).toMatchObject({ kid: newcomer.kid, person: 'Grace' })
  const named = async () =>
    must(await newcomer.hosts())[0]?.status?.roster.find(({ kid }) => kid === newcomer.kid)?.personName
  newcomer.connect()
  await expect.poll(named, { timeout: 20_000 }).toBe('Grace')

  const task = await world.submit(demo.task)
  const asked = await world.nextApproval()
  must(await newcomer.decide({ approvalId: asked.id, answer: 'deny', shown: { where: 'app', whole: true } }))
  const receipt = must(await newcomer.awaitReceipt({ approvalId: asked.id, withinMs: 20_000 }))
  expect(receipt.receipt).toMatchObject({ outcome: 'denied', decisions: [{ device: newcomer.kid }] })
  await world.device.sendInput({ hostId: world.hostId, taskId: task.id, kind: 'cancel' })
  await task.ended
  const seen = must(await listDevices(world.device.context)).find(({ key }) => key.keys.kid === newcomer.kid)
  expect(seen).toMatchObject({ key: { rights: { role: 'approver', maxTier: 2 } }, seen: { online: true } })
  newcomer.close()
})

test('three wrong codes end it, and nobody is in', async () => {
  const wrong = () => '000000x'
  const { newcomer, invited, joined } = await inviteNew(approver, 'Mallory', [wrong, wrong, wrong])
  expect(invited).toMatchObject({ code: 'pairing_code_exhausted' })
  expect(joined).toMatchObject({ code: 'pairing_code_exhausted' })
  expect(must(await world.device.syncTeam()).keys.has(newcomer.kid)).toBe(false)
})

test('rights are changed by owners; a further owner needs a second owner where there are two', async () => {
  const { newcomer: second } = await inviteNew({ role: 'owner', hosts: '*', maxTier: 3 }, 'Barbara')
  const { newcomer: third } = await inviteNew({ role: 'viewer', hosts: '*', maxTier: 0 }, 'Edsger')
  const owner = { role: 'owner', hosts: '*', maxTier: 3 } as const
  expect(await setRights(third.context, { kid: third.kid, rights: owner })).toMatchObject({
    code: 'trust_entry_refused',
  })
  const word = must(await setRights(world.device.context, { kid: third.kid, rights: owner }))
  expect([word.stands, word.team.keys.get(third.kid)?.rights?.role]).toEqual([false, 'viewer'])
  const given = must(await setRights(second.context, { kid: third.kid, rights: owner }))
  expect([given.stands, given.team.keys.get(third.kid)?.rights?.role]).toEqual([true, 'owner'])
  must(await removeKey(third.context, second.kid))
  must(await world.device.syncTeam())
})

test('a host does nothing under another policy than the one that an owner holds it to', async () => {
  const { context } = world.device
  const [host] = must(await world.device.hosts())
  const own = host?.status?.policyHash ?? ''
  must(await setPolicy(context, { hostId: world.hostId, policyHash: 'A'.repeat(43) }))
  await expect
    .poll(async () => must(await world.device.hosts())[0]?.status?.trustHead.n, { timeout: 20_000 })
    .toBe(world.device.team()?.head.n)
  const late = await world.submit(demo.task)
  expect(await late.ended).toBe('rejected')
  expect(late.events.all.find((event) => event.type === 'state')).toMatchObject({ code: 'policy_not_agreed' })
  must(await setPolicy(context, { hostId: world.hostId, policyHash: own }))
  await expect
    .poll(async () => must(await world.device.hosts())[0]?.status?.trustHead.n, { timeout: 20_000 })
    .toBe(world.device.team()?.head.n)
  const task = await world.submit(demo.task)
  await world.nextApproval()
  await world.device.sendInput({ hostId: world.hostId, taskId: task.id, kind: 'cancel' })
  expect(await task.ended).toBe('canceled')
})
