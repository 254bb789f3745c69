import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Device } from '#client/open-device.ts'
import { newId } from '#protocol/ids.ts'
import { addMember } from '#test/support/agents/add-member.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'

// Several persons decide: counted at the host, by person, also across its restart. A real relay, host and devices.
const folder = mkdtempSync(join(tmpdir(), 'countersign-quorum-'))
const policyPath = join(folder, 'policy.yaml')
const [lead, second, later] = ['per', 'per', 'per'].map((prefix) => newId(prefix as 'per', Date.now())) as [
  string,
  string,
  string,
]
let world: HostWorld
let leadPhone: Device
let leadTablet: Device
let secondPhone: Device

beforeAll(async () => {
  writeFileSync(
    policyPath,
    `version: 1
groups: { leads: [${lead}], later: [${later}] }
rules:
  - { match: { argv: [mkdir, two] }, verdict: ask, persons: 2, groups: [leads], notRequester: true }
  - { match: { argv: [mkdir, stepped] }, verdict: ask, escalate: [{ to: later, afterMinutes: 0 }, { to: leads, afterMinutes: 60 }] }
`,
  )
  world = await openHostWorld({ host: { policyPath } })
  leadPhone = await addMember(world, { person: lead })
  leadTablet = await addMember(world, { person: lead })
  secondPhone = await addMember(world, { person: second })
})
afterAll(async () => {
  for (const device of [leadPhone, leadTablet, secondPhone]) device.close()
  await world.close()
  rmSync(folder, { recursive: true })
})

const command = (text: string) => world.submit(text, { agent: 'command' })
const made = (name: string) => existsSync(join(world.project, name))
const approve = (device: Device, approvalId: string, reason?: string) =>
  device.decide({
    approvalId,
    answer: 'approve',
    shown: { where: 'app', whole: true },
    ...(reason === undefined ? {} : { reason }),
  })

test('two persons, one of them of the group, not the requester, nobody twice; durable; all see who and why', async () => {
  const task = await command('mkdir two')
  const asked = await world.nextApproval()
  for (const device of [leadPhone, leadTablet, secondPhone]) must(await device.syncTeam())
  expect(await approve(world.device, asked.id)).toMatchObject({ code: 'decision_requester' })
  must(await approve(leadPhone, asked.id, 'looked at it'))
  const progress = await task.events.until((event) => event.type === 'approval' && event.decisions !== undefined)
  expect(progress).toMatchObject({ state: 'pending', decisions: [{ person: lead, reason: 'looked at it' }] })
  must(await approve(leadTablet, asked.id))
  await task.events.until((event) => event.type === 'refused' && event.code === 'decision_quorum_duplicate')

  await world.stopHost()
  await world.startHost({ policyPath })
  expect(made('two')).toBe(false)
  expect(must(await secondPhone.approval(asked.id)).decisions).toContainEqual(
    expect.objectContaining({ person: lead, answer: 'approve', reason: 'looked at it' }),
  )
  must(await approve(secondPhone, asked.id, 'me too'))
  expect(await task.ended).toBe('completed')
  expect(made('two')).toBe(true)
  const { receipt } = must(await leadPhone.awaitReceipt({ approvalId: asked.id, withinMs: 5_000 }))
  expect(receipt?.decisions.map(({ person, reason }) => [person, reason])).toEqual([
    [lead, 'looked at it'],
    [second, 'me too'],
  ])
})

test('one denial is enough', async () => {
  const task = await command('mkdir two')
  const asked = await world.nextApproval()
  must(await leadPhone.decide({ approvalId: asked.id, answer: 'deny', shown: { where: 'app', whole: true } }))
  expect(await task.ended).toBe('rejected')
})

test('who is asked later is told to the relay with its time, and can’t approve before', async () => {
  const laterPhone = await addMember(world, { person: later })
  const task = await command('mkdir stepped')
  const asked = await world.nextApproval()
  expect(await approve(world.device, asked.id)).toMatchObject({ ok: false })
  expect(await approve(leadPhone, asked.id)).toMatchObject({ code: 'decision_not_asked' })
  // Whoever may see the host reads it, with who is asked when; they only can't approve.
  expect(must(await secondPhone.approval(asked.id)).approval.steps?.map(({ group }) => group.name)).toEqual([
    'later',
    'leads',
  ])
  expect(await approve(secondPhone, asked.id)).toMatchObject({ code: 'decision_not_asked' })
  const pending = readFileSync(join(world.folder, 'host/journal.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).entry)
    .find(({ approvalId, type }) => type === 'pending' && approvalId === asked.id)
  const { later: schedule } = JSON.parse(pending.body)
  const steps = schedule.filter(({ again }: { again?: true }) => !again)
  expect(steps).toHaveLength(1)
  expect(new Set(steps[0].kids)).toEqual(new Set([leadPhone.kid, leadTablet.kid]))
  must(await approve(laterPhone, asked.id))
  expect(await task.ended).toBe('completed')
  laterPhone.close()
})
