import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pair } from '#client/pair.ts'
import { type AcpTimes, acpDriver } from '#host-agent/agents/acp.ts'
import { unknownAgent } from '#host-agent/agents/agents.ts'
import { askLimits } from '#host-agent/approvals/bound-asks.ts'
import { fatigueLimits } from '#host-agent/approvals/fatigue.ts'
import { logLimits } from '#host-agent/tasks/log-bounds.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { createDemoProject, demo } from '#test/support/agents/demo-project.ts'
import {
  collectFacts,
  type HostWorld,
  must,
  openHostWorld,
  scriptedAgent,
  type WatchedTask,
} from '#test/support/agents/host-world.ts'
import { stateOf } from '#test/support/worktree/repository.ts'
import { startProgram } from '../../scripts/program.ts'

// Agents that misbehave, as real processes: each task ends in a state that says why, and the repository is whole.
const badAgent = join(import.meta.dirname, '../support/agents/bad-agent.ts')
const patient: AcpTimes = { startMs: 120_000, quietMs: 300, silenceMs: 600_000, graceMs: 1_000 }
const agent = (name: string, words: readonly string[], times?: AcpTimes) =>
  acpDriver({ ...unknownAgent([process.execPath, ...words]), name }, times)

let world: HostWorld
let before: ReturnType<typeof stateOf>
const known = new Set<string>()
beforeAll(async () => {
  world = await openHostWorld({
    host: {
      drivers: [
        agent('scripted', [scriptedAgent]),
        agent('patient', [scriptedAgent], patient),
        agent('hurried', [scriptedAgent], { ...patient, silenceMs: 1_500 }),
        agent('deaf', [badAgent, 'deaf'], { ...patient, startMs: 1_000 }),
        agent('garbage', [badAgent, 'garbage']),
        agent('duplicates', [badAgent, 'duplicates']),
        agent('endless-line', [badAgent, 'endless-line']),
        agent('babble', [badAgent, 'babble', '1000000']),
        agent('asks', [badAgent, 'asks', '10000']),
        agent('asks-in-turn', [badAgent, 'asks-in-turn', '10000']),
      ],
    },
  })
  before = stateOf(world.project)
})
afterAll(() => world?.close())

const run = (name: string, act = '') => world.submit(act === '' ? name : `[[act:${act}]]`, { agent: name })
const notices = ({ events }: WatchedTask, code: string) =>
  events.all.flatMap((event) => (event.type === 'notice' && event.code === code ? [event.text] : []))
const lastState = ({ events }: WatchedTask) => events.all.findLast((event) => event.type === 'state')
const words = ({ events }: WatchedTask) =>
  events.all.flatMap((event) => (event.type === 'message' ? [event.text] : [])).join('')
const answer = async (answer: 'approve' | 'deny') => {
  const { id } = await world.nextApproval(known)
  known.add(id)
  must(await world.device.decide({ approvalId: id, answer, shown: { where: 'app', whole: true } }))
}
const openNow = async () =>
  must(await world.device.context.relay.call('approvals.list', {})).approvals.filter(({ state }) => state === 'open')
const isUntouched = () => expect(stateOf(world.project)).toEqual(before)
/** The host still does what it is for. */
const isResponsive = async () => expect(await (await run('scripted', 'say')).ended).toBe('completed')

test('one that crashes in the middle of its turn: failed, with its last words; what it asked is withdrawn', async () => {
  const task = await run('scripted', 'die')
  // From its log: the card is down again as soon as the agent is.
  const asked = await task.events.until((event) => event.type === 'approval' && event.state === 'pending')
  const id = asked.type === 'approval' ? asked.approval : ''
  known.add(id)
  expect(await task.ended).toBe('failed')
  expect(lastState(task)).toMatchObject({ code: 'agent_failed', detail: expect.stringContaining('out of memory') })
  expect(must(await world.device.awaitReceipt({ approvalId: id, withinMs: 20_000 })).receipt?.outcome).toBe('canceled')
  isUntouched()
})

test('one that hangs is said to be silent and can be canceled', async () => {
  const task = await run('patient', 'hang')
  await task.events.until((event) => event.type === 'notice' && event.code === 'agent_silent')
  must(await world.device.sendInput({ hostId: world.hostId, taskId: task.id, kind: 'cancel' }))
  expect(await task.ended).toBe('canceled')
  expect(notices(task, 'agent_silent')[0]).toMatch(/has said nothing for .* Cancel the task/)
  isUntouched()
})

test('one that hangs for too long is ended', async () => {
  const task = await run('hurried', 'hang')
  expect(await task.ended).toBe('failed')
  expect(lastState(task)).toMatchObject({ code: 'agent_silent' })
})

test('one that never answers is not waited for', async () => {
  const task = await run('deaf')
  expect(await task.ended).toBe('failed')
  expect(lastState(task)).toMatchObject({
    code: 'agent_failed',
    detail: expect.stringContaining('did not answer within 1 seconds'),
  })
})

test('one that speaks garbage is heard where it makes sense, and nothing of the rest is taken for an answer', async () => {
  const task = await run('garbage')
  expect(await task.ended).toBe('completed')
  expect(words(task)).toBe('Still here.')
  isUntouched()
})

test('of two commands under one name the one that is shown is the one that is judged', async () => {
  const task = await run('duplicates')
  const { id } = await world.nextApproval(known)
  known.add(id)
  const { operation } = must(await world.device.approval(id)).approval
  expect([operation.command, operation.input]).toEqual(['touch second.txt', '{"command":"touch second.txt"}'])
  must(await world.device.decide({ approvalId: id, answer: 'deny', shown: { where: 'app', whole: true } }))
  expect(await task.ended).toBe('completed')
  isUntouched()
})

test('a line without an end is given up, and lines that say nothing are read past', async () => {
  const endless = await run('endless-line')
  expect(await endless.ended).toBe('failed')
  expect(lastState(endless)).toMatchObject({ code: 'agent_failed', detail: expect.stringContaining('byte limit') })
  const babble = await run('babble')
  await world.hostEvents.until((event) => event.event === 'task' && event.taskId === babble.id)
  await isResponsive()
  must(await world.device.sendInput({ hostId: world.hostId, taskId: babble.id, kind: 'cancel' }))
  expect(['canceled', 'completed']).toContain(await babble.ended)
  isUntouched()
})

test('one that does what was denied is found by the files and ended; nothing of it comes into the project', async () => {
  const write = await world.submit('[[act:defiant]]', { agent: 'scripted', place: 'worktree' })
  await answer('deny')
  expect(await write.ended).toBe('failed')
  expect(lastState(write)).toMatchObject({ code: 'denial_ignored', detail: expect.stringContaining('hello.txt') })
  const removal = await world.submit('[[act:defiant-delete]]', { agent: 'scripted', place: 'worktree' })
  await answer('deny')
  expect(await removal.ended).toBe('failed')
  expect(lastState(removal)).toMatchObject({ code: 'denial_ignored', detail: expect.stringContaining(demo.deleted) })
  expect(existsSync(join(world.project, demo.deleted))).toBe(true)
  const { status, head, whole } = stateOf(world.project)
  expect({ status, head, whole }).toEqual({ status: before.status, head: before.head, whole: before.whole })
  for (const task of [write, removal]) {
    const ending = must(
      await world.device.submitTask({
        hostId: world.hostId,
        text: 'Discard',
        finish: { task: task.id, how: 'discard' },
      }),
    )
    const discarded = must(await world.device.watchTask({ taskId: ending.head.id, onEvents: () => {} }))
    expect(discarded).toBe('completed')
  }
  isUntouched()
})

test('one that asks ten thousand times at once: five cards, the host answers others, and the agent is ended', async () => {
  const task = await run('asks')
  await isResponsive()
  expect(await task.ended).toBe('failed')
  expect(lastState(task)).toMatchObject({ code: 'agent_floods' })
  const asked = task.events.all.flatMap((event) =>
    event.type === 'approval' && event.state === 'pending' ? [event.approval] : [],
  )
  expect(asked.length).toBeLessThanOrEqual(fatigueLimits.openCards)
  expect(task.events.all.filter((event) => event.type === 'refused')).toHaveLength(1)
  await expect.poll(openNow, { timeout: 60_000 }).toEqual([])
  const journal = readFileSync(join(world.folder, 'host/journal.jsonl'), 'utf8').split('\n')
  const ofTask = journal.filter((line) => line.includes(task.id))
  expect(ofTask.length).toBeLessThan(askLimits.refused + 10 * askLimits.waiting)
  for (const id of asked) known.add(id)
  isUntouched()
})

test('one that asks again and again is paused after three denials, and waits until somebody resumes or ends it', async () => {
  const task = await run('asks-in-turn')
  for (let n = 0; n < 3; n += 1) await answer('deny')
  await task.events.until((event) => event.type === 'notice' && event.code === 'session_paused')
  await expect.poll(openNow, { timeout: 60_000 }).toEqual([])
  must(await world.device.sendInput({ hostId: world.hostId, taskId: task.id, kind: 'cancel' }))
  expect(await task.ended).toBe('canceled')
  isUntouched()
})

test('one that writes 100 MB: the host’s memory is bounded, and the log says what is left out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-flood-'))
  const project = join(folder, 'project')
  createDemoProject(project)
  const command = [process.execPath, badAgent, 'flood', '100'].join(' ')
  const flags = [
    '--relay',
    world.relay.url,
    '--project',
    project,
    '--agent-command',
    command,
    '--no-sandbox',
    '--allow-unproven',
  ]
  const host = startProgram(['host', ...flags], { env: { ...process.env, COUNTERSIGN_HOME: join(folder, 'home') } })
  try {
    const { link } = await host.fact(({ event }) => event === 'offer')
    const onCode = (code: string) => host.type(code)
    const { hostId } = must(
      await pair(world.device.context, { link: String(link), label: 'device', person: 'Tester', onCode }),
    )
    await host.fact(({ event, state }) => event === 'connection' && state === 'online')
    const task = must(await world.device.submitTask({ hostId: hostId ?? '', text: 'Flood.', agent: 'custom' }))
    const events = collectFacts<TaskEvent>()
    const taskId = task.head.id
    const ended = await world.device.watchTask({ taskId, onEvents: (batch) => batch.forEach(events.add) })
    expect(must(ended)).toBe('completed')
    const shown = events.all.reduce((sum, event) => sum + (event.type === 'output' ? event.text.length : 0), 0)
    expect(shown).toBeLessThanOrEqual(logLimits.stream)
    expect(shown).toBeGreaterThan(logLimits.stream * 0.9)
    const said = events.all.flatMap((event) => (event.type === 'notice' ? [event.text] : []))
    expect(said).toContainEqual(expect.stringMatching(/^99,\d{3},\d{3} more characters of its output are not shown\.$/))
    // Node's own heap takes a while to give back what was read; for 400 MB it is the same.
    const peakMb = Number(readFileSync(`/proc/${host.pid}/status`, 'utf8').match(/^VmHWM:\s+(\d+) kB/m)?.[1]) / 1024
    expect(peakMb).toBeLessThan(500)
  } finally {
    await host.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
