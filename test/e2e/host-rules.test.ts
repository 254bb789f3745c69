import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DecideInput } from '#client/decide.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'

// A person lets something run again without being asked: so often, in the same folder, until they revoke it. Real relay, host and device.
let world: HostWorld

beforeAll(async () => {
  world = await openHostWorld()
})
afterAll(() => world.close())

const command = (text: string) => world.submit(text, { agent: 'command' })
const at = (path: string) => join(world.project, path)
const approve = async (approvalId: string, how: Partial<DecideInput>) =>
  must(await world.device.decide({ approvalId, answer: 'approve', shown: { where: 'app', whole: true }, ...how }))
const rules = async () => must(await world.device.hosts())[0]?.status?.rules ?? []

async function runsWithoutAsking(text: string, makes: string): Promise<void> {
  rmSync(at(makes), { recursive: true, force: true })
  const task = await command(text)
  expect(await task.ended).toBe('completed')
  expect(existsSync(at(makes))).toBe(true)
  expect(task.events.all.some((event) => event.type === 'notice' && event.code === 'rule_used')).toBe(true)
}

let ruleId = ''

test('a rule lets the same run, twice and no more; also after a restart; what is longer is asked', async () => {
  const first = await command('mkdir again')
  const asked = await world.nextApproval()
  const { approval } = must(await world.device.approval(asked.id))
  expect(approval).toMatchObject({ scopes: ['once', 'session', 'rule'], rule: { argv: ['mkdir', 'again'] } })
  const { expiresAt = 0 } = approval.rule ?? {}
  await approve(asked.id, { scope: 'rule', rule: { argv: ['mkdir', 'again'], uses: 2, expiresAt } })
  expect(await first.ended).toBe('completed')
  await runsWithoutAsking('mkdir again', 'again')
  await world.stopHost()
  await world.startHost()
  const longer = await command('mkdir again && id')
  const other = await world.nextApproval()
  must(await world.device.decide({ approvalId: other.id, answer: 'deny', shown: { where: 'app', whole: true } }))
  expect(await longer.ended).toBe('rejected')
  await runsWithoutAsking('mkdir again', 'again')
  rmSync(at('again'), { recursive: true })
  await command('mkdir again')
  const third = await world.nextApproval(new Set([other.id]))
  expect(existsSync(at('again'))).toBe(false)
  await approve(third.id, { scope: 'rule' })
  ruleId = third.id
})

test('devices see the rules that stand, and revoke them', async () => {
  await expect
    .poll(rules, { timeout: 20_000 })
    .toMatchObject([{ id: ruleId, task: null, used: 0, rule: { argv: ['mkdir', 'again'] } }])
  await runsWithoutAsking('mkdir again', 'again')
  must(await world.device.sendInput({ hostId: world.hostId, taskId: null, kind: 'revoke-rule', text: ruleId }))
  await expect.poll(rules, { timeout: 20_000 }).toEqual([])
  rmSync(at('again'), { recursive: true })
  const task = await command('mkdir again')
  const asked = await world.nextApproval()
  await approve(asked.id, { answer: 'deny' })
  expect(await task.ended).toBe('rejected')
})

test('for the session it ends with the task', async () => {
  const task = await command('mkdir once-a-session')
  const asked = await world.nextApproval()
  await approve(asked.id, { scope: 'session' })
  expect(await task.ended).toBe('completed')
  rmSync(at('once-a-session'), { recursive: true })
  const next = await command('mkdir once-a-session')
  const again = await world.nextApproval()
  await approve(again.id, { answer: 'deny' })
  expect(await next.ended).toBe('rejected')
})
