import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DecideInput } from '#client/decide.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'

// An agent that asks for much: folded, capped, paused. A real agent process over ACP, a real relay, host and device.
let world: HostWorld

beforeAll(async () => {
  world = await openHostWorld()
})
afterAll(() => world.close())

const answer = async (approvalId: string, said: DecideInput['answer']) =>
  must(await world.device.decide({ approvalId, answer: said, shown: { where: 'app', whole: true } }))
const openNow = async () =>
  must(await world.device.context.relay.call('approvals.list', {})).approvals.filter(({ state }) => state === 'open')
const made = (name: string) => existsSync(join(world.project, name))

test('the same asked twice at once is one card; what is approved runs once, and the second is asked anew', async () => {
  const task = await world.submit('[[act:twice]]')
  const first = await world.nextApproval()
  expect(await openNow()).toHaveLength(1)
  await answer(first.id, 'approve')
  const second = await world.nextApproval(new Set([first.id]))
  // The first is at work while the second is asked.
  await expect.poll(() => made('same'), { timeout: 20_000 }).toBe(true)
  await answer(second.id, 'deny')
  expect(await task.ended).toBe('completed')
})

test('a session has five cards up at once; three denials pause it', async () => {
  const task = await world.submit('[[act:many]]')
  await expect.poll(async () => (await openNow()).length, { timeout: 20_000 }).toBe(5)
  const cards = await openNow()
  const known = new Set(cards.map(({ id }) => id))
  const [one, two, three, four] = cards.map(({ id }) => id) as [string, string, string, string]
  await answer(one, 'deny')
  await answer(two, 'deny')
  const sixth = await world.nextApproval(known)
  const seventh = await world.nextApproval(new Set([...known, sixth.id]))
  await answer(three, 'deny')
  await task.events.until((event) => event.type === 'notice' && event.code === 'session_paused')
  // What is up can still be answered.
  for (const { id } of await openNow()) if (id !== four) await answer(id, 'approve')
  await answer(four, 'approve')
  expect(await task.ended).toBe('completed')
  expect([sixth.id, seventh.id].every((id) => !known.has(id))).toBe(true)
})

test('a report pauses the session at once: what it asks next waits until somebody resumes it', async () => {
  const task = await world.submit('[[act:order]]')
  const first = await world.nextApproval()
  await answer(first.id, 'report')
  await task.events.until((event) => event.type === 'notice' && event.code === 'session_paused')
  // The state says that a person is needed, though no card is up.
  await task.events.until(
    (event) => event.type === 'state' && event.state === 'input-required' && task.events.all.indexOf(event) > 0,
  )
  expect(await openNow()).toEqual([])
  must(await world.device.sendInput({ hostId: world.hostId, taskId: task.id, kind: 'resume' }))
  const second = await world.nextApproval(new Set([first.id]))
  await answer(second.id, 'approve')
  const third = await world.nextApproval(new Set([first.id, second.id]))
  await answer(third.id, 'approve')
  expect(await task.ended).toBe('completed')
  expect([made('a.txt'), made('b.txt'), made('c.txt')]).toEqual([false, true, true])
})
