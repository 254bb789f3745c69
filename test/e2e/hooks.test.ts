import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'
import { until } from '#test/support/wait.ts'

// The hook program as an agent starts it, with what Claude Code was measured to say, against a real host and a real device.
let world: HostWorld
beforeAll(async () => {
  world = await openHostWorld()
})
afterAll(() => world.close())

const program = join(import.meta.dirname, '../../cli/countersign.mjs')

function hook(event: object | string, { headless = false, state = world.folder } = {}) {
  const flags = ['--answer', ...(headless ? ['--headless'] : []), '--state', state]
  const child = spawn(process.execPath, [program, 'hook', 'claude-code', ...flags], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk
  })
  child.stdin.end(typeof event === 'string' ? event : JSON.stringify(event))
  const ended = new Promise<{ code: number | null; said: Record<string, unknown> | null }>((resolve) =>
    child.on('close', (code) => resolve({ code, said: out === '' ? null : JSON.parse(out).hookSpecificOutput })),
  )
  return { ended, kill: () => child.kill('SIGKILL') }
}

const event = (hook_event_name: string, command: string, cwd = world.project) => ({
  session_id: 'f0d9f1f0-0000-4000-8000-000000000000',
  transcript_path: '/none',
  cwd,
  permission_mode: 'default',
  hook_event_name,
  tool_name: 'Bash',
  tool_input: { command, description: 'a test' },
})
/** Approvals of earlier tests: a hook has its answer before the relay hears that its question is settled. */
const known = new Set<string>()
async function nextAsked() {
  const asked = await world.nextApproval(known)
  known.add(asked.id)
  return asked
}
const decide = async (id: string, answer: 'approve' | 'deny') =>
  must(await world.device.decide({ approvalId: id, answer, shown: { where: 'app', whole: true } }))
const settled = (id: string, outcome: string) =>
  until(async () => must(await world.device.approval(id)).receipt?.outcome === outcome, { what: `${outcome} of ${id}` })

const journal = (): { type: string; approvalId?: string }[] =>
  readFileSync(join(world.folder, 'host/journal.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).entry)

test('before a tool’s use the policy answers at once: what it allows, what a person is asked', async () => {
  const asked = await hook(event('PreToolUse', 'mkdir made')).ended
  expect(asked).toMatchObject({ code: 0, said: { hookEventName: 'PreToolUse', permissionDecision: 'ask' } })
  const read = {
    ...event('PreToolUse', ''),
    tool_name: 'Read',
    tool_input: { file_path: join(world.project, 'package.json') },
  }
  expect(await hook(read).ended).toMatchObject({ code: 0, said: { permissionDecision: 'allow' } })
})

test('a permission request waits for a person: approved, it is allowed, and told to have run', async () => {
  const request = hook(event('PermissionRequest', 'mkdir made'))
  const asked = await nextAsked()
  const { approval } = must(await world.device.approval(asked.id))
  expect(approval).toMatchObject({ task: null, operation: { command: 'mkdir made', driver: 'hook:claude-code' } })
  await decide(asked.id, 'approve')
  expect(await request.ended).toMatchObject({ said: { decision: { behavior: 'allow' } } })
  await hook(event('PostToolUse', 'mkdir made')).ended
  const told = (type: string) => journal().some((entry) => entry.approvalId === asked.id && entry.type === type)
  await until(() => told('result'), { what: 'its result' })
  expect(told('consume')).toBe(true)
})

test('people see the session in the terminal, what it asked and whether it asks now, without secrets; no more once it ends', async () => {
  const terminals = async () => must(await world.device.hosts())[0]?.status?.terminals ?? []
  const request = hook(
    event('PermissionRequest', 'curl -H "Authorization: Bearer ghp_0123456789abcdefghijABCDEFGHIJ012345" x'),
  )
  const asked = await nextAsked()
  await until(async () => (await terminals())[0]?.asking === 1, { what: 'a session that asks' })
  const [session] = await terminals()
  expect(session).toMatchObject({
    agent: 'claude-code',
    project: 'project',
    asked: expect.stringContaining('⟨secret 1⟩'),
  })
  expect(JSON.stringify(session)).not.toContain('ghp_')
  await decide(asked.id, 'deny')
  await request.ended
  await until(async () => (await terminals())[0]?.asking === 0, { what: 'a session that asks no more' })
  await hook({ ...event('SessionEnd', ''), tool_name: undefined, tool_input: undefined }).ended
  await until(async () => (await terminals()).length === 0, { what: 'no session' })
})

test('denied, it is denied', async () => {
  const request = hook(event('PermissionRequest', 'mkdir other'))
  const asked = await nextAsked()
  await decide(asked.id, 'deny')
  expect(await request.ended).toMatchObject({ said: { decision: { behavior: 'deny' } } })
})

test('who sits at the keyboard was faster: the question is taken back', async () => {
  const request = hook(event('PermissionRequest', 'mkdir third'))
  const asked = await nextAsked()
  await hook(event('PostToolUse', 'mkdir third')).ended
  expect(await request.ended).toEqual({ code: 0, said: null })
  await settled(asked.id, 'canceled')
})

test('a hook that was ended takes its question back', async () => {
  const request = hook(event('PermissionRequest', 'mkdir fourth'))
  const asked = await nextAsked()
  request.kill()
  await settled(asked.id, 'canceled')
})

test('fails closed: no host agent, another folder, garbage', async () => {
  const nobody = join(world.folder, 'nobody')
  const pre = event('PreToolUse', 'mkdir fifth')
  expect(await hook(pre, { state: nobody }).ended).toMatchObject({ said: { permissionDecision: 'ask' } })
  expect(await hook(pre, { state: nobody, headless: true }).ended).toMatchObject({
    said: { permissionDecision: 'deny' },
  })
  expect(await hook(event('PermissionRequest', 'mkdir fifth'), { state: nobody }).ended).toEqual({
    code: 0,
    said: null,
  })
  const elsewhere = join(world.folder, 'elsewhere')
  mkdirSync(elsewhere)
  expect(await hook(event('PreToolUse', 'ls', elsewhere)).ended).toMatchObject({ said: { permissionDecision: 'ask' } })
  expect(await hook('{"hook_event_name":"PreToolUse"').ended).toEqual({ code: 2, said: null })
  expect(await hook({ ...pre, hook_event_name: 'Unknown' }).ended).toEqual({ code: 2, said: null })
})

test('reported, its session is refused at once and another one is not; a device sees it paused and resumes it', async () => {
  const asking = (command: string, session_id: string) =>
    hook({ ...event('PreToolUse', command), session_id }, { headless: true })
  const answer = async (said: 'report' | 'approve') => {
    const { id } = await nextAsked()
    must(await world.device.decide({ approvalId: id, answer: said, shown: { where: 'app', whole: true } }))
  }
  const first = asking('mkdir sixth', 'one')
  await answer('report')
  expect(await first.ended).toMatchObject({ said: { permissionDecision: 'deny' } })
  expect(await asking('mkdir seventh', 'one').ended).toMatchObject({
    said: { permissionDecision: 'deny', permissionDecisionReason: expect.stringContaining('asks for nothing more') },
  })
  const other = asking('mkdir seventh', 'two')
  await answer('approve')
  expect(await other.ended).toMatchObject({ said: { permissionDecision: 'allow' } })
  const paused = async () => must(await world.device.hosts())[0]?.status?.paused ?? []
  await until(async () => (await paused()).length === 1, { what: 'the host to tell of it' })
  const [told] = await paused()
  expect(told).toMatchObject({ agent: 'hook:claude-code', project: 'project' })
  const resume = { hostId: world.hostId, taskId: null, kind: 'resume', text: told?.session ?? '' } as const
  must(await world.device.sendInput(resume))
  await until(async () => (await paused()).length === 0, { what: 'the host to have heard' })
  const again = asking('mkdir eighth', 'one')
  await answer('approve')
  expect(await again.ended).toMatchObject({ said: { permissionDecision: 'allow' } })
})
