import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HostWorld, openHostWorld, type WatchedTask } from '#test/support/agents/host-world.ts'
import { suite } from '#test/support/needs.ts'
import { usualSandbox } from '#test/support/sandbox/usual-sandbox.ts'

// What the host does by itself once an agent has ended, by the relay and a paired device.
suite('a host that checks its projects itself', { needs: ['bwrap', 'socat', 'git'] }, () => {
  let world: HostWorld
  beforeAll(async () => {
    world = await openHostWorld({ policy: 'version: 1\nrules: [{ match: {}, verdict: allow }]\n' })
  })
  afterAll(() => world?.close())

  async function runs(command: string, checks: string, sandbox = true) {
    await world.stopHost()
    mkdirSync(join(world.folder, 'host'), { recursive: true })
    writeFileSync(join(world.folder, 'host/projects.yaml'), `version: 1\nprojects:\n  project: ${checks}\n`)
    await world.startHost(sandbox ? { sandbox: { ...usualSandbox, mode: 'required' } } : {})
    const task = await world.submit(command, { agent: 'command' })
    expect(await task.ended).toBe('completed')
    return task
  }
  const toldBy = ({ events }: WatchedTask) => events.all.flatMap((event) => (event.type === 'tests' ? [event.by] : []))
  const notices = ({ events }: WatchedTask) =>
    events.all.flatMap((event) =>
      event.type === 'notice' && event.code.startsWith('host_') ? [event.code, event.text] : [],
    )

  test('after a change it runs the tests in the sandbox, and says that it was the host', async () => {
    const command = 'echo "in $COUNTERSIGN_SANDBOX"; node --test --test-reporter=tap'
    const task = await runs('touch made-1.txt', JSON.stringify({ test: command }))
    const report = task.events.all.find((event) => event.type === 'tests')
    expect(report).toMatchObject({ by: 'host', passed: 1, failed: 0 })
    const said = task.events.all.flatMap((event) => (event.type === 'output' ? [event.text] : [])).join('')
    expect(said).toContain('in 1')
    expect(notices(task)).toEqual([])
  })

  test('of a task that changed nothing it runs nothing', async () => {
    const task = await runs('node --version', '{ test: node --test }')
    expect(toldBy(task)).toEqual([])
  })

  test('a command that does not run, and one that reports nothing, are said with what to do', async () => {
    const task = await runs('touch made-2.txt', '{ test: no-such-program }')
    expect(notices(task)).toEqual(['host_tests', expect.stringMatching(/exit code 127 .*projects\.yaml/)])
  })

  test('without a sandbox what an agent changed is not run', async () => {
    const task = await runs('touch made-3.txt', '{ test: touch was-run.txt }', false)
    expect(notices(task)).toEqual(['host_checks', expect.stringContaining('no sandbox')])
    expect(task.events.all.some((event) => event.type === 'tool' && event.key === 'host-tests')).toBe(false)
  })
})
