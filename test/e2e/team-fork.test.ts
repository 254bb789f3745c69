import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { homeOf } from '#cli/home.ts'
import { openTerminalDevice } from '#cli/terminal-device.ts'
import { extendTeam } from '#client/extend-team.ts'
import { type Device, openDevice } from '#client/open-device.ts'
import { chooseBranch, followSettlement, readFork } from '#client/settle-fork.ts'
import { memoryStore } from '#client/store.ts'
import { nodeWebSocket } from '#link/node/web-socket.ts'
import { ok } from '#protocol/errors.ts'
import { newId } from '#protocol/ids.ts'
import { demo } from '#test/support/agents/demo-project.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'
import { newDevice } from '#test/support/agents/new-device.ts'
import { inviteNow } from '#test/support/invite-now.ts'
import { type Face, facing } from '#test/support/two-faced-relay.ts'
import { generateKeys } from '#trust/keys.ts'
import { makeAddDevice } from '#trust/trust-log.ts'
import { webCrypto } from '#trust/web-crypto.ts'
import { startProgram } from '../../scripts/program.ts'

let world: HostWorld
const hostFace: Face = { entries: null }
const graceFace: Face = { entries: null }
/** Another owner; the relay can show her a log of her own. */
let grace: Device
beforeAll(async () => {
  world = await openHostWorld({ host: { fetch: facing(hostFace) } })
  grace = must(
    await openDevice({
      relay: world.relay.origin,
      store: memoryStore(),
      keys: await generateKeys(webCrypto, { extractable: false }),
      crypto: webCrypto,
      fetch: facing(graceFace),
      WebSocket: nodeWebSocket,
    }),
  )
  must((await inviteNow(world, grace, { role: 'owner', hosts: '*', maxTier: 3 }, 'Grace')).joined)
  grace.connect()
})
afterAll(async () => {
  grace?.close()
  await world?.close()
})

const shown = { where: 'app', whole: true } as const
const logOf = (device: Device) => [...(device.team()?.entries ?? [])]
const isFrozen = async () => must(await world.device.hosts())[0]?.status?.frozen === true

/** Lets a device in, by the owner whose device this is. */
async function letIn(by: Device): Promise<string> {
  const newcomer = await newDevice(world.relay.origin)
  const { keys } = newcomer.context.keys
  const rights = { person: newId('per', Date.now()), role: 'approver', hosts: '*', maxTier: 2 } as const
  const { crypto, keys: own } = by.context
  must(
    await extendTeam(by.context, async (team, now) =>
      ok(team.keys.has(keys.kid) ? null : await makeAddDevice(crypto, own, team, { device: keys, rights, now })),
    ),
  )
  return keys.kid
}

/** Two owners sign on one head, each before their own face of the relay; then each is shown the other's. */
async function fork(): Promise<{ ofAda: string; ofGrace: string }> {
  must(await grace.syncTeam())
  graceFace.entries = logOf(grace)
  const ofGrace = await letIn(grace)
  const ofAda = await letIn(world.device)
  must(await world.device.syncTeam())
  const branch = graceFace.entries
  graceFace.entries = null
  expect(await grace.syncTeam()).toMatchObject({ code: 'trust_log_forked' })
  // The host goes on with what the relay has; then it is shown what Grace signed.
  await expect
    .poll(async () => must(await world.device.hosts())[0]?.status?.trustHead.n, { timeout: 20_000 })
    .toBe(world.device.team()?.head.n)
  hostFace.entries = branch
  await world.stopHost()
  await world.startHost()
  await expect.poll(isFrozen, { timeout: 20_000 }).toBe(true)
  hostFace.entries = null
  return { ofAda, ofGrace }
}

/** At the host, as a person does it. */
async function settle(code: string) {
  const program = startProgram(['team', 'settle'], { env: { ...process.env, COUNTERSIGN_HOME: world.folder } })
  await program.fact(({ event }) => event === 'confirm' || event === 'refused')
  program.type(code)
  return { code: await program.ended, facts: program.facts }
}

async function works(): Promise<void> {
  const task = await world.submit(demo.task)
  const asked = await world.nextApproval()
  must(await world.device.decide({ approvalId: asked.id, answer: 'deny', shown }))
  const { receipt } = must(await world.device.awaitReceipt({ approvalId: asked.id, withinMs: 20_000 }))
  expect(receipt?.outcome).toBe('denied')
  await world.device.sendInput({ hostId: world.hostId, taskId: task.id, kind: 'cancel' })
  await task.ended
}

test('shown two logs that owners signed, a host releases nothing; an owner chooses, a person confirms it at the host, and everybody goes on with that one', async () => {
  const task = await world.submit(demo.task)
  const asked = await world.nextApproval()
  const { ofAda, ofGrace } = await fork()
  expect(await grace.decide({ approvalId: asked.id, answer: 'approve', shown })).toMatchObject({
    code: 'trust_log_forked',
  })
  must(await world.device.decide({ approvalId: asked.id, answer: 'approve', shown }))
  const late = await world.submit(demo.task)
  expect(await late.ended).toBe('rejected')
  expect(late.events.all.find((event) => event.type === 'state')).toMatchObject({ code: 'trust_log_forked' })
  await task.ended
  const answered = must(await world.device.approval(asked.id))
  expect(['executed', 'released']).not.toContain(answered.receipt?.outcome)

  // Grace sees both, and says that hers is wrong.
  const seen = await readFork(grace.context)
  expect([seen?.own.state.keys.has(ofGrace), seen?.other?.state.keys.has(ofAda)]).toEqual([true, true])
  expect(await settle('0000-0000-0000')).toMatchObject({ code: 1 })
  const { code } = must(await chooseBranch(grace.context, 'other'))
  const wrong = await settle('0000-0000-0000')
  expect(wrong.facts.at(-1)).toMatchObject({ event: 'refused', code: 'branch_code_wrong' })
  expect(await isFrozen()).toBe(true)
  expect(must(await followSettlement(grace.context))).toBe(false)

  const right = await settle(code.toUpperCase().replaceAll('-', ' '))
  expect(right.code).toBe(0)
  const branches = right.facts.filter(({ event }) => event === 'branch')
  expect(JSON.stringify(branches)).toContain(ofGrace)
  expect(JSON.stringify(branches)).toContain(ofAda)
  await expect.poll(isFrozen, { timeout: 20_000 }).toBe(false)
  expect(must(await followSettlement(grace.context))).toBe(true)
  expect([grace.team()?.keys.has(ofAda), grace.team()?.keys.has(ofGrace)]).toEqual([true, false])
  expect(world.host().team()?.keys.has(ofGrace)).toBe(false)
  await works()
})

test('the branch that the relay did not have is chosen: it gets it, whoever is only on the other is out, and the lost branch freezes nobody again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-terminal-'))
  const terminal = must(await openTerminalDevice(homeOf({ COUNTERSIGN_HOME: folder }), world.relay.origin))
  must((await inviteNow(world, terminal, { role: 'viewer', hosts: '*', maxTier: 0 }, 'Edsger')).joined)
  const { ofAda, ofGrace } = await fork()
  must(await terminal.syncTeam())
  const lost = logOf(world.device)
  const { code } = must(await chooseBranch(grace.context, 'own'))
  expect((await settle(code)).code).toBe(0)
  await expect.poll(isFrozen, { timeout: 20_000 }).toBe(false)
  await world.device.syncTeam()
  expect(must(await followSettlement(world.device.context))).toBe(true)
  expect(world.device.team()?.keys.has(ofGrace)).toBe(true)
  expect(world.device.context.team.fork()).toBeNull()
  expect(world.device.team()?.keys.has(ofAda)).toBe(false)
  expect(world.host().team()?.keys.has(ofAda)).toBe(false)
  // A terminal follows by whatever is done on it next.
  const shown = startProgram(['team', 'show'], { env: { ...process.env, COUNTERSIGN_HOME: folder } })
  expect(await shown.ended).toBe(0)
  expect(shown.facts.filter(({ event }) => event === 'fork')).toEqual([])
  expect(shown.facts.some(({ kid }) => kid === ofGrace)).toBe(true)
  expect(shown.facts.some(({ kid }) => kid === ofAda)).toBe(false)
  rmSync(folder, { recursive: true })
  await works()
  // The branch that the host had taken in and left is no fault of its log.
  const audited = startProgram(['audit', 'verify'], { env: { ...process.env, COUNTERSIGN_HOME: world.folder } })
  expect(await audited.ended).toBe(0)
  expect(audited.facts.at(-1)).toMatchObject({ event: 'audit', whole: true, faults: 0 })

  expect(must(await followSettlement(grace.context))).toBe(true)
  graceFace.entries = lost
  expect(await grace.syncTeam()).toMatchObject({ code: 'trust_log_forked' })
  expect(grace.context.team.fork()).toBeNull()
  graceFace.entries = null
  hostFace.entries = lost
  await world.stopHost()
  await world.startHost()
  await works()
})
