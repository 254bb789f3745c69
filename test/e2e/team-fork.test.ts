import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demo } from '#test/support/agents/demo-project.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'

let world: HostWorld
beforeAll(async () => {
  world = await openHostWorld()
})
afterAll(() => world.close())

test('a host that has seen a fork releases nothing that was asked before, takes nothing new, and says so', async () => {
  const task = await world.submit(demo.task)
  const asked = await world.nextApproval()
  await world.stopHost()
  const path = join(world.folder, 'host', 'team.json')
  const pinned = JSON.parse(readFileSync(path, 'utf8')) as object
  writeFileSync(path, JSON.stringify({ ...pinned, fork: { n: 1, at: Date.now() } }))
  must(await world.device.decide({ approvalId: asked.id, answer: 'approve', shown: { where: 'app', whole: true } }))
  await world.startHost()
  await expect.poll(async () => must(await world.device.hosts())[0]?.status?.frozen, { timeout: 20_000 }).toBe(true)
  const late = await world.submit(demo.task)
  expect(await late.ended).toBe('rejected')
  expect(late.events.all.find((event) => event.type === 'state')).toMatchObject({ code: 'trust_log_forked' })
  await task.ended
  const shown = must(await world.device.approval(asked.id))
  expect(['executed', 'released']).not.toContain(shown.receipt?.outcome)
})
