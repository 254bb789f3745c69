import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acpDriver } from '#host-agent/agents/acp.ts'
import { unknownAgent } from '#host-agent/agents/agents.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'
import { suite } from '#test/support/needs.ts'
import { usualSandbox } from '#test/support/sandbox/usual-sandbox.ts'

const badAgent = join(import.meta.dirname, '../support/agents/bad-agent.ts')

// A cap as a person asks for it on the command line, reached by a task, and what a device hears of it.
suite('a host with caps', { needs: ['bwrap', 'socat', 'git'] }, () => {
  const program = join(import.meta.dirname, '../../cli/countersign.mjs')
  let world: HostWorld
  let host: ChildProcess
  beforeAll(async () => {
    world = await openHostWorld()
    await world.stopHost()
    const caps = ['--sandbox', '--allow-root', '--max-cpu', '80', '--max-memory', '2GB', '--max-disk-write', '100MB']
    const words = ['host', '--json', '--relay', world.relay.url, '--project', world.project]
    const agent = ['--agent-command', `${process.execPath} ${badAgent} hogs`]
    host = spawn(process.execPath, [program, ...words, ...agent, ...caps], {
      env: { ...process.env, COUNTERSIGN_HOME: world.folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for await (const line of createInterface({ input: host.stdout as NodeJS.ReadableStream }))
      if (JSON.parse(line).state === 'ready') break
    host.stdout?.resume()
  })
  afterAll(async () => {
    if (host?.exitCode === null) {
      host.kill('SIGTERM')
      await once(host, 'exit')
    }
    await world?.close()
  })

  test.each([
    [
      'sandbox_disk_exceeded',
      // Many files: one that grows ends by its own limit, before all that was written is counted.
      "import { writeFileSync } from 'node:fs'; for (let n = 0; ; n += 1) writeFileSync('big' + n, Buffer.alloc(8e6, 1))",
    ],
    ['sandbox_memory_exceeded', 'const kept = []; for (;;) kept.push(Buffer.alloc(20_000_000, 1))'],
    // Its limit refuses it at once, so that it never uses much.
    ['sandbox_memory_exceeded', 'Buffer.alloc(3_000_000_000, 1)'],
  ])('%s is told to the device, and the task has failed', async (code, script) => {
    writeFileSync(join(world.project, 'probe.mjs'), script)
    const known = new Set<string>()
    const task = await world.submit('node probe.mjs', { agent: 'command' })
    const ended = task.ended.then((state) => state)
    const { id } = await world.nextApproval(known)
    known.add(id)
    must(await world.device.decide({ approvalId: id, answer: 'approve', shown: { where: 'app', whole: true } }))
    await task.events.until((event) => event.type === 'notice' && event.code === code)
    // The host asks whether to run once without the sandbox, and so without its caps.
    const { id: out } = await world.nextApproval(known)
    expect(must(await world.device.approval(out)).approval).toMatchObject({ tier: 3, operation: { kind: 'sandbox' } })
    must(await world.device.decide({ approvalId: out, answer: 'deny', shown: { where: 'app', whole: true } }))
    expect(await ended).toBe('failed')
  })

  test('an agent that is ended by the cap on memory: the task says so before it fails', async () => {
    const task = await world.submit('Take what there is.', { agent: 'custom' })
    expect(await task.ended).toBe('failed')
    const codes = task.events.all.flatMap((event) => (event.type === 'notice' ? [event.code] : []))
    expect(codes, JSON.stringify(task.events.all.at(-1))).toContain('sandbox_memory_exceeded')
  })
})

// What an agent runs by itself, and whose end it alone sees.
suite('a cap that ends a command of an agent which lives on', { needs: ['bwrap', 'socat', 'git'] }, () => {
  let world: HostWorld
  beforeAll(async () => {
    const caps = { cpuPercent: null, memoryBytes: 1024 ** 3, diskWriteBytes: null }
    const runsOn = acpDriver(unknownAgent([process.execPath, badAgent, 'runs-on']))
    world = await openHostWorld({ host: { drivers: [runsOn], sandbox: { ...usualSandbox, caps } } })
  })
  afterAll(() => world?.close())

  const half = 'unless (fork) { my @a; push @a, "x" x 1048576 for 1..700; sleep 600; exit }'
  test.each([
    // Neither is too large by itself. Where there are no groups of the kernel, the monitor ends the agent with them.
    ['two programs that are too large together', `perl -e 'for (1..2) { ${half} } wait; sleep 600'`],
    ['one program that is refused more', `perl -e 'my $x = "x" x 3_000_000_000'`],
  ])('is told when it happens: %s', async (_, command) => {
    const task = await world.submit(command, { agent: 'custom' })
    await task.events.until((event) => event.type === 'notice' && event.code === 'sandbox_memory_exceeded')
    must(await world.device.sendInput({ hostId: world.hostId, taskId: task.id, kind: 'cancel' }))
    await task.ended
    const told = task.events.all.filter((event) => event.type === 'notice' && event.code === 'sandbox_memory_exceeded')
    expect(told).toHaveLength(1)
  })
})
