import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'
import { until } from '#test/support/wait.ts'

// A script's command behind `countersign gate`, as a CI job starts it, against a real host and a real device.
let world: HostWorld
beforeAll(async () => {
  world = await openHostWorld()
})
afterAll(() => world.close())

const program = join(import.meta.dirname, '../../cli/countersign.mjs')

type Gated = { code: number | null; out: string; err: string }
function gate(argv: readonly string[], { cwd = world.project, home = world.folder, json = false } = {}) {
  const child = spawn(process.execPath, [program, 'gate', ...(json ? ['--json'] : []), '--', ...argv], {
    cwd,
    env: { ...process.env, COUNTERSIGN_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk
  })
  const ended = new Promise<Gated>((resolve) => child.on('close', (code) => resolve({ code, ...said })))
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal)
    // Else what it leaves behind would hold our ends of its pipes.
    child.unref()
    if (signal === 'SIGKILL') for (const stream of [child.stdout, child.stderr]) stream.destroy()
  }
  return { ended, kill }
}

const decide = async (id: string, answer: 'approve' | 'deny', reason?: string) =>
  must(
    await world.device.decide({
      approvalId: id,
      answer,
      shown: { where: 'app', whole: true },
      ...(reason === undefined ? {} : { reason }),
    }),
  )
const journal = (): { type: string; approvalId?: string; exitCode?: number | null; outcome?: string }[] =>
  readFileSync(join(world.folder, 'host/journal.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).entry)
const told = (id: string, type: string) => journal().find((entry) => entry.approvalId === id && entry.type === type)
const settled = (id: string, outcome: string) =>
  until(async () => must(await world.device.approval(id)).receipt?.outcome === outcome, { what: `${outcome} of ${id}` })

const made = () => existsSync(join(world.project, 'made by a gate'))

test('waits for a person; approved, exactly what was shown runs, and its output passes through', async () => {
  const words = ['mkdir', '--verbose', 'made by a gate', "it's"]
  const gated = gate(words)
  const asked = await world.nextApproval()
  const { approval } = must(await world.device.approval(asked.id))
  expect(approval).toMatchObject({
    task: null,
    operation: { kind: 'gate', driver: 'gate', binding: 'exact', argv: words },
  })
  expect(approval.operation.executable?.path).toMatch(/mkdir$/)
  expect(approval.operation.environment).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(made()).toBe(false)
  await decide(asked.id, 'approve')
  expect(await gated.ended).toMatchObject({ code: 0, out: expect.stringContaining('made by a gate') })
  expect(made()).toBe(true)
  expect(told(asked.id, 'consume')).toBeDefined()
  await until(() => told(asked.id, 'result') !== undefined, { what: 'its result' })
})

test('its exit code is the command’s', async () => {
  const gated = gate(['ls', 'not there'])
  const asked = await world.nextApproval()
  await decide(asked.id, 'approve')
  expect(await gated.ended).toMatchObject({ code: 2, err: expect.stringContaining('not there') })
  await until(() => told(asked.id, 'result') !== undefined, { what: 'its result' })
  expect(told(asked.id, 'result')).toMatchObject({ exitCode: 2 })
})

test('denied, nothing runs: 77, with the reason', async () => {
  const gated = gate(['mkdir', 'never'])
  const asked = await world.nextApproval()
  await decide(asked.id, 'deny', 'not on a Friday')
  const { code, err } = await gated.ended
  expect(code).toBe(77)
  expect(err).toContain('gate_denied')
  expect(err).toContain('not on a Friday')
  expect(existsSync(join(world.project, 'never'))).toBe(false)
})

test('facts are lines of JSON, and what the command prints is not among them', async () => {
  const gated = gate(['echo', 'printed'], { json: true })
  const asked = await world.nextApproval()
  await decide(asked.id, 'approve')
  const { code, out, err } = await gated.ended
  expect(code).toBe(0)
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { event: 'waiting', argv: ['echo', 'printed'], cwd: world.project },
    { event: 'released', approval: asked.id },
    { event: 'executed', exitCode: 0, signal: null },
  ])
  expect(err).toContain('printed')
})

test('who stops waiting takes the question back: 75', async () => {
  const gated = gate(['mkdir', 'never'])
  const asked = await world.nextApproval()
  gated.kill('SIGINT')
  expect(await gated.ended).toMatchObject({ code: 75 })
  await settled(asked.id, 'canceled')
})

test('killed while it runs: nobody knows how it ended, and that is what is said', async () => {
  const gated = gate(['sleep', '60'])
  const asked = await world.nextApproval()
  await decide(asked.id, 'approve')
  await until(() => told(asked.id, 'consume') !== undefined, { what: 'its release' })
  gated.kill('SIGKILL')
  await until(() => told(asked.id, 'result') !== undefined, { what: 'its result' })
  expect(told(asked.id, 'result')).toMatchObject({ outcome: 'indeterminate' })
})

test.each(['SIGKILL', 'stop-all'])('%s while it waits takes the question back, and nothing runs', async (how) => {
  const gated = gate(['mkdir', 'never'])
  const asked = await world.nextApproval()
  if (how === 'SIGKILL') gated.kill('SIGKILL')
  else must(await world.device.sendInput({ hostId: world.hostId, taskId: null, kind: 'stop-all' }))
  await settled(asked.id, 'canceled')
  const { code, err } = await gated.ended
  if (how === 'stop-all') {
    expect([code, err]).toEqual([75, expect.stringContaining('approval_canceled')])
    const late = await gate(['mkdir', 'never']).ended
    expect(late.err).toContain('host_locked')
    const unlocked = spawn(process.execPath, [program, 'unlock', '--json'], {
      env: { ...process.env, COUNTERSIGN_HOME: world.folder },
      stdio: 'ignore',
    })
    expect(await new Promise((resolve) => unlocked.on('close', resolve))).toBe(0)
  }
  expect(existsSync(join(world.project, 'never'))).toBe(false)
})

test('fails closed: no host agent, another folder, no such program, no command', async () => {
  const elsewhere = join(world.folder, 'elsewhere')
  mkdirSync(elsewhere)
  expect(await gate(['ls'], { home: join(world.folder, 'nobody') }).ended).toMatchObject({
    code: 75,
    err: expect.stringContaining('host_not_running'),
  })
  expect(await gate(['ls'], { cwd: elsewhere }).ended).toMatchObject({
    code: 75,
    err: expect.stringContaining('project_invalid'),
  })
  expect(await gate([]).ended).toMatchObject({ code: 2, err: expect.stringContaining('usage') })
  const gated = gate(['no-such-program'])
  const asked = await world.nextApproval()
  await decide(asked.id, 'approve')
  expect(await gated.ended).toMatchObject({ code: 75, err: expect.stringContaining('operation_invalid') })
})
