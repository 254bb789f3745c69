import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demo } from '#test/support/agents/demo-project.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'

let world: HostWorld
beforeAll(async () => {
  world = await openHostWorld()
})
afterAll(() => world.close())

test('a task runs with a plan, real edits and tests, and deletes only what a person released', async () => {
  const task = await world.submit(demo.task)
  const asked = await world.nextApproval()
  const card = must(await world.device.approval(asked.id))
  expect(card.approval.operation).toMatchObject({ kind: 'delete', tier: 2, binding: 'fenced', uninspectable: [] })
  expect(card.approval.operation.files.map(({ path, change }) => [path, change])).toContainEqual([
    join(world.project, demo.deleted),
    'delete',
  ])
  expect(existsSync(join(world.project, demo.deleted))).toBe(true)
  must(await world.device.decide({ approvalId: asked.id, answer: 'approve', shown: { where: 'app', whole: true } }))

  expect(await task.ended).toBe('completed')
  expect(existsSync(join(world.project, demo.deleted))).toBe(false)
  expect(readFileSync(join(world.project, demo.edited[0]), 'utf8')).toContain('name')
  const types = task.events.all.map((event) => event.type)
  expect(types[0]).toBe('title')
  const states = task.events.all.flatMap((event) => (event.type === 'state' ? [event.state] : []))
  expect(states).toEqual(['working', 'input-required', 'working', 'completed'])
  expect(task.events.all.findLast((event) => event.type === 'tests')).toMatchObject({ passed: 1, failed: 0 })
  const diff = task.events.all.findLast((event) => event.type === 'diff')
  expect(diff).toMatchObject({ total: 4 })
  const receipts = task.events.all.flatMap((event) => (event.type === 'receipt' ? [event.outcome] : []))
  expect(receipts).toEqual(['released', 'executed'])
  expect(must(await world.device.awaitReceipt({ approvalId: asked.id, withinMs: 10_000 }))).toMatchObject({
    receipt: { outcome: 'released' },
  })
})
