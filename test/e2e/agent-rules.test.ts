import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acpDriver } from '#host-agent/agents/acp.ts'
import { type AgentFacts, unknownAgent } from '#host-agent/agents/agents.ts'
import { startHost } from '#host-agent/main.ts'
import type { ApprovalView } from '#protocol/records.ts'
import {
  type HostWorld,
  must,
  openHostWorld,
  scriptedAgent,
  type WatchedTask,
} from '#test/support/agents/host-world.ts'

// The rules of our side of the Agent Client Protocol, each against an agent that speaks it in its own way. What the agent was answered is in its log, what it did on the disk.
let world: HostWorld
let log: string

function speaks(name: string, args: readonly string[], facts: Partial<AgentFacts> = {}) {
  const command = [process.execPath, scriptedAgent, '--log', log, ...args]
  return acpDriver({ ...unknownAgent(command), ...facts, name })
}

beforeAll(async () => {
  world = await openHostWorld()
  await world.stopHost()
  log = join(world.folder, 'agent.jsonl')
  const asks = { mode: 'default' }
  const state = ['--state', join(world.folder, 'agent')]
  await world.startHost({
    drivers: [
      ...['plain', 'gemini', 'codex', 'odd', 'twice'].map((style) => speaks(style, ['--style', style])),
      speaks('watched', [], asks),
      speaks('stays-away', ['--tells-mode', 'never'], asks),
      speaks('silent-about-it', ['--tells-mode', 'no'], asks),
      speaks('began-elsewhere', ['--mode', 'yolo'], asks),
      speaks('read-by-loading', ['--mode', 'yolo', '--tells-mode', 'no', ...state], asks),
      speaks('not-to-be-read', ['--mode', 'yolo', '--tells-mode', 'no'], asks),
      speaks('does-not-change', ['--mode', 'yolo', '--tells-mode', 'never', ...state], asks),
      speaks('has-none', [], { mode: 'careful' }),
    ],
  })
})
afterAll(() => world.close())

const known = new Set<string>()
async function question(): Promise<ApprovalView> {
  const view = await world.nextApproval(known)
  known.add(view.id)
  return view
}
const decide = async (approvalId: string, answer: 'approve' | 'deny') =>
  must(await world.device.decide({ approvalId, answer, shown: { where: 'app', whole: true } }))
const inProject = (name: string) => join(world.project, name)
const lastAnswer = () => world.agentLog().findLast(({ answered }) => answered !== undefined)?.answered
const modes = (from: number) =>
  world
    .agentLog()
    .slice(from)
    .flatMap(({ mode, prompt }) => (prompt === undefined && typeof mode === 'string' ? [mode] : []))
const notices = ({ events }: WatchedTask) =>
  events.all.flatMap((event) => (event.type === 'notice' ? [event.text] : []))
const heard = ({ events }: WatchedTask) =>
  events.all.flatMap((event) => (event.type === 'message' && event.role === 'agent' ? [event.text] : [])).join('')
const ask = (agent: string, act: string) => world.submit(`Do it. [[act:${act}]]`, { agent, place: 'worktree' })

async function answered(agent: string, act: string, answer: 'approve' | 'deny') {
  const task = await ask(agent, act)
  const { id } = await question()
  await decide(id, answer)
  expect(await task.ended).toBe('completed')
  return { task, chosen: lastAnswer() }
}

describe('the option is chosen by its kind, wherever it stands and whatever it is called', () => {
  test.each([
    ['plain', 'allow', 'reject'],
    ['gemini', 'proceed_once', 'cancel'],
    ['codex', 'allow_once', 'cancel'],
  ])('%s: allowed once, and only once', async (style, allow, reject) => {
    const yes = await answered(style, 'run', 'approve')
    expect(yes.chosen).toEqual({ outcome: 'selected', optionId: allow })
    const no = await answered(style, 'run', 'deny')
    expect(no.chosen).toEqual({ outcome: 'selected', optionId: reject })
  })

  test('where there is no way to allow it once, a yes allows nothing, and that is said', async () => {
    const { task, chosen } = await answered('odd', 'run', 'approve')
    expect(chosen).toEqual({ outcome: 'cancelled' })
    expect(notices(task).join()).toContain('no way to allow this once')
    expect((await answered('odd', 'run', 'deny')).chosen).toEqual({ outcome: 'selected', optionId: 'r2' })
  })

  test('of two ways to allow it once none is guessed', async () => {
    const { task, chosen } = await answered('twice', 'run', 'approve')
    expect(chosen).toEqual({ outcome: 'cancelled' })
    expect(notices(task).join()).toContain('no way to allow this once')
  })
})

describe('the mode in which it asks', () => {
  test('an agent that leaves it is sent back, and that is said', async () => {
    const from = world.agentLog().length
    const { task } = await answered('watched', 'mode', 'approve')
    expect(modes(from)).toEqual(['default'])
    expect(notices(task).join()).toContain('left the mode in which it asks')
  })

  test.each(['stays-away', 'silent-about-it'])(
    'one that leaves it and does not say that it is back is ended: %s',
    async (agent) => {
      const task = await ask(agent, 'mode')
      expect(await task.ended).toBe('failed')
      expect(task.events.all.at(-1)).toMatchObject({ code: 'agent_failed' })
      expect(JSON.stringify(task.events.all.at(-1))).toContain('left the mode in which it asks')
    },
  )

  test.each(['began-elsewhere', 'read-by-loading'])(
    'it is set, read back, and only then the agent begins: %s',
    async (agent) => {
      const from = world.agentLog().length
      const task = await ask(agent, 'say')
      expect(await task.ended).toBe('completed')
      expect(modes(from)).toEqual(['default'])
      expect(world.agentLog().findLast(({ prompt }) => prompt !== undefined)?.mode).toBe('default')
    },
  )

  test.each([
    ['not-to-be-read', 'does not say whether it is in the mode'],
    ['does-not-change', 'it is in the mode “yolo”'],
    ['has-none', 'has no mode “careful”'],
  ])('one that is not known to be in it hears nothing of the task: %s', async (agent, why) => {
    const from = world.agentLog().length
    const task = await ask(agent, 'say')
    expect(await task.ended).toBe('failed')
    expect(JSON.stringify(task.events.all.at(-1))).toContain(why)
    expect(
      world
        .agentLog()
        .slice(from)
        .some(({ prompt }) => prompt !== undefined),
    ).toBe(false)
  })
})

test('what was told in pieces is merged before it is shown', async () => {
  const task = await ask('plain', 'thin')
  const { id } = await question()
  const { approval } = must(await world.device.approval(id))
  expect(approval.operation).toMatchObject({ kind: 'edit', files: [{ change: 'create' }] })
  expect(approval.operation.files[0]?.path).toMatch(/hello\.txt$/)
  await decide(id, 'approve')
  expect(await task.ended).toBe('completed')
})

test('what is asked after the cancel is answered with cancelled, and nobody is bothered', async () => {
  const task = await ask('plain', 'late')
  await task.events.until((event) => event.type === 'state' && event.state === 'working')
  await expect.poll(() => world.agentLog().at(-1)?.prompt, { timeout: 20_000 }).toContain('late')
  must(await world.device.sendInput({ hostId: world.hostId, taskId: task.id, kind: 'cancel' }))
  expect(await task.ended).toBe('canceled')
  expect(existsSync(inProject('late.txt'))).toBe(false)
  expect(task.events.all.some(({ type }) => type === 'approval')).toBe(false)
})

test('file requests that were not offered stay in the project, tell what is absent, and ask before they write', async () => {
  const task = await world.submit('Do it. [[act:files]]', { agent: 'plain' })
  const { id } = await question()
  const { approval } = must(await world.device.approval(id))
  expect(approval.operation).toMatchObject({ kind: 'edit', files: [{ path: inProject('written.txt') }] })
  await decide(id, 'deny')
  expect(await task.ended).toBe('completed')
  expect(existsSync(inProject('written.txt'))).toBe(false)
  expect(heard(task)).toBe('read insideabsent: -32002refused outsidenot written')
  const again = await world.submit('Do it. [[act:files]]', { agent: 'plain' })
  await decide((await question()).id, 'approve')
  expect(await again.ended).toBe('completed')
  expect(readFileSync(inProject('written.txt'), 'utf8')).toBe('x\n')
})

test('words that are no messages are passed over', async () => {
  const task = await ask('plain', 'garbage')
  expect(await task.ended).toBe('completed')
  expect(heard(task)).toBe('Still here.')
})

test('an agent that is silent is canceled like any other', async () => {
  const task = await ask('plain', 'silent')
  await expect.poll(() => world.agentLog().at(-1)?.prompt, { timeout: 20_000 }).toContain('silent')
  must(await world.device.sendInput({ hostId: world.hostId, taskId: task.id, kind: 'cancel' }))
  expect(await task.ended).toBe('canceled')
})

describe('what is asked is shown by what it is', () => {
  test.each([
    ['pipe', { uninspectable: [expect.any(String)] }],
    ['publish', { tier: 3 }],
  ])('%s', async (act, operation) => {
    const task = await ask('plain', act)
    const { id } = await question()
    const { approval } = must(await world.device.approval(id))
    expect(approval.operation).toMatchObject(operation)
    await decide(id, 'deny')
    expect(await task.ended).toBe('completed')
  })

  test('a secret in a command is in nothing that leaves the host', async () => {
    const task = await ask('plain', 'secret')
    expect(await task.ended).toBe('completed')
    expect(JSON.stringify(task.events.all)).toContain('echo ')
    expect(JSON.stringify(task.events.all)).not.toContain('ghp_abcdefghijklmnopqrstuvwxyz0123456789')
  })
})

test('what it does beside what it was allowed ends it, and is shown from git, not from its words', async () => {
  const task = await ask('plain', 'deviate')
  await decide((await question()).id, 'approve')
  expect(await task.ended).toBe('failed')
  expect(task.events.all.at(-1)).toMatchObject({ code: 'operation_deviated' })
  const diff = task.events.all.findLast((event) => event.type === 'diff')
  expect(JSON.stringify(diff)).toContain('something else')
})

test('an agent of which nothing is known does not begin where nothing would hold it', async () => {
  const home = join(world.folder, 'other')
  const options = { home, relayUrl: world.relay.url, projects: [world.project], log: { info() {} } }
  const started = await startHost({ ...options, agentCommand: `${process.execPath} ${scriptedAgent}` })
  expect(started).toMatchObject({ ok: false, code: 'agent_unproven' })
  await world.stopHost()
  await world.startHost({ drivers: [speaks('plain', [], { registry: 'plain' })], allowUnproven: false })
  const task = await ask('plain', 'say')
  expect(await task.ended).toBe('rejected')
  expect(task.events.all.at(-1)).toMatchObject({ code: 'agent_unproven' })
})
