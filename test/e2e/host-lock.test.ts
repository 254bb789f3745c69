import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demo } from '#test/support/agents/demo-project.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'

let world: HostWorld
beforeAll(async () => {
  world = await openHostWorld()
})
afterAll(() => world.close())

async function countersign(verb: string): Promise<{ code: number | null; fact: Record<string, unknown> }> {
  const child = spawn(process.execPath, ['cli/main.ts', verb, '--json'], {
    env: { ...process.env, COUNTERSIGN_HOME: world.folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  return { code, fact: JSON.parse(said.trim()) as Record<string, unknown> }
}

/** The status comes from the host itself: a look at it follows what was done there. */
async function isLocked(): Promise<boolean> {
  const hosts = must(await world.device.hosts())
  return hosts.find(({ hostId }) => hostId === world.hostId)?.status?.locked === true
}
const until = async (locked: boolean) => {
  while ((await isLocked()) !== locked) await new Promise((resolve) => setTimeout(resolve, 50))
}

test('stop everything from a device ends what runs, withdraws what was asked, and lets nothing begin', async () => {
  const task = await world.submit(demo.task)
  const asked = await world.nextApproval()
  must(await world.device.sendInput({ hostId: world.hostId, taskId: null, kind: 'stop-all' }))
  expect(await task.ended).toBe('canceled')
  const receipt = must(await world.device.awaitReceipt({ approvalId: asked.id, withinMs: 10_000 }))
  expect(receipt.receipt?.outcome).toBe('canceled')
  await until(true)

  const late = await world.submit(demo.task)
  expect(await late.ended).toBe('rejected')
  expect(late.events.all.find((event) => event.type === 'state')).toMatchObject({ code: 'host_locked' })
})

test('it stays locked over a restart, and is unlocked at the host only', async () => {
  await world.stopHost()
  await world.startHost()
  const late = await world.submit(demo.task)
  expect(await late.ended).toBe('rejected')
  expect(await countersign('unlock')).toMatchObject({ code: 0, fact: { event: 'unlocked', changed: true } })
  await until(false)
  const task = await world.submit('Touch a file [[act:run]]')
  await world.nextApproval()
  expect(await countersign('stop')).toMatchObject({ code: 0, fact: { event: 'stopped', locked: true, tasks: 1 } })
  expect(await task.ended).toBe('canceled')
  await until(true)
  expect(await countersign('unlock')).toMatchObject({ fact: { changed: true } })
  expect(await countersign('unlock')).toMatchObject({ fact: { changed: false } })
})

test('without a host agent both say how to start one', async () => {
  await world.stopHost()
  for (const verb of ['stop', 'unlock']) {
    const child = spawn(process.execPath, ['cli/main.ts', verb, '--json'], {
      env: { ...process.env, COUNTERSIGN_HOME: world.folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [said, failed] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    expect(said + failed).toContain('host_not_running')
  }
  await world.startHost()
})
