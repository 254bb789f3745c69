import { afterAll, beforeAll, expect, test } from 'vitest'
import { finishRotation, type Rotation } from '#client/finish-rotation.ts'
import { keysInStore, loadKeys } from '#client/load-keys.ts'
import { type Device, openDevice } from '#client/open-device.ts'
import { removeKey } from '#client/remove-key.ts'
import { rotateKey } from '#client/rotate-key.ts'
import { memoryStore } from '#client/store.ts'
import { nodeWebSocket } from '#link/node/web-socket.ts'
import { demo } from '#test/support/agents/demo-project.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'
import { inviteNow } from '#test/support/invite-now.ts'
import type { KeyPair } from '#trust/keys.ts'
import { webCrypto } from '#trust/web-crypto.ts'

let world: HostWorld
beforeAll(async () => {
  world = await openHostWorld()
})
afterAll(() => world.close())

/** A newcomer whose keys are in its store, as a phone's are. */
async function newcomer(role: 'owner' | 'approver') {
  const store = memoryStore()
  const open = (keys: KeyPair) =>
    openDevice({ relay: world.relay.origin, store, keys, crypto: webCrypto, fetch, WebSocket: nodeWebSocket })
  const rotation: Rotation = { keep: keysInStore(webCrypto, store), open }
  const device = must(await open(await loadKeys(webCrypto, store)))
  must((await inviteNow(world, device, { role, hosts: '*', maxTier: 2 }, 'Grace')).joined)
  const reopen = async () => must(await open(await loadKeys(webCrypto, store)))
  return { device, rotation, reopen }
}

const rosterOf = async (device: Device) => must(await device.hosts())[0]?.status?.roster ?? []
const shown = { where: 'app', whole: true } as const

test('a device that is no owner’s has new keys: it reads and answers what was open, keeps its name, and the old key counts for nothing', async () => {
  const { device, rotation, reopen } = await newcomer('approver')
  await expect.poll(async () => (await rosterOf(device)).map(({ kid }) => kid)).toContain(device.kid)
  const task = await world.submit(demo.task)
  const asked = await world.nextApproval()
  must(await rotateKey(device, rotation))
  device.close()

  const anew = await reopen()
  expect(anew.kid).not.toBe(device.kid)
  expect(anew.team()?.keys.get(device.kid)?.removedAt).not.toBeNull()
  await expect
    .poll(async () => (await rosterOf(anew)).find(({ kid }) => kid === anew.kid)?.personName, { timeout: 20_000 })
    .toBe('Grace')
  expect((await rosterOf(anew)).map(({ kid }) => kid)).not.toContain(device.kid)
  // What the old key says from now on is refused by the relay, and by the host if it came through.
  expect((await device.context.relay.call('approvals.list', { tries: 1 })).ok).toBe(false)
  expect(must(await anew.approvals()).cards.map(({ id }) => id)).toContain(asked.id)
  must(await anew.decide({ approvalId: asked.id, answer: 'deny', shown }))
  const { receipt } = must(await anew.awaitReceipt({ approvalId: asked.id, withinMs: 20_000 }))
  expect(receipt).toMatchObject({ outcome: 'denied', decisions: [{ device: anew.kid }] })
  // The log of the open task is sealed for the new keys.
  const seen: string[] = []
  const reading = anew.watchTask({ taskId: task.id, onEvents: (events) => seen.push(...events.map((e) => e.type)) })
  expect(must(await reading)).toBe(await task.ended)
  expect(seen).toContain('state')

  // An owner who takes out the phone as it was takes out what it has become.
  must(await removeKey(world.device.context, device.kid))
  expect(world.device.team()?.keys.get(anew.kid)?.removedAt).not.toBeNull()
  anew.close()
})

test('interrupted before and after the entry, and between the two steps of the store: the device goes on with the keys that the team knows', async () => {
  const { device, rotation, reopen } = await newcomer('owner')
  const { keep } = rotation
  // The next keys are made, nothing is said yet.
  const next = await keep.makeNext()
  expect(await finishRotation(rotation)).toBe(false)
  expect((await reopen()).kid).toBe(device.kid)
  // The entry stands, and the device is killed before it switches.
  const died = rotateKey(device, {
    ...rotation,
    keep: { ...keep, switchOver: () => Promise.reject(new Error('killed')) },
  })
  await expect(died).rejects.toThrow('killed')
  expect((await reopen()).kid).toBe(device.kid)
  expect(await finishRotation(rotation)).toBe(true)
  const anew = await reopen()
  expect(anew.kid).toBe(next.keys.kid)
  expect(await finishRotation(rotation)).toBe(false)
  expect(must(await anew.syncTeam()).keys.get(anew.kid)?.rights?.role).toBe('owner')
  // And again, as often as it likes.
  must(await rotateKey(anew, rotation))
  expect((await reopen()).kid).not.toBe(anew.kid)
})
