import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { answerHook, spareSeconds } from '#cli/answer-hook.ts'
import { type ControlRequest, type ControlServer, startControl } from '#host-agent/control/control.ts'
import { hookPlan, hookSeconds } from '#host-agent/hooks/hook-agents.ts'
import { HookAgent, type HookEvent } from '#host-agent/hooks/hook-event.ts'
import { handClock } from '#test/support/hand-clock.ts'
import { must } from '../client/team-world.ts'

// The hook program against a host agent's real socket, on a clock that is moved by hand: an answer that comes late is no answer, and the tool runs.
type Name = HookEvent['hook_event_name']
let home: string
let server: ControlServer
/** What the host agent was asked, by the test that asks. */
let heard: PromiseWithResolvers<Extract<ControlRequest, { verb: 'hook' }>>
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'countersign-answer-'))
  heard = Promise.withResolvers()
  server = must(
    await startControl(home, () => ({
      request: (request) => request.verb === 'hook' && heard.resolve(request),
      gone: () => {},
    })),
  )
})
afterEach(async () => {
  await server.close()
  await rm(home, { recursive: true })
})

const eventOf = (name: Name) => ({ session_id: 's', cwd: '/p', hook_event_name: name, tool_name: 'Bash' })
function start(agent: HookAgent, headless: boolean, stdin: NodeJS.ReadableStream) {
  const clock = handClock()
  let out = ''
  const code = answerHook({ agent, home, headless, stdin, stdout: { write: (text) => (out += text) }, clock })
  const ended = code.then((exitCode) => ({ exitCode, said: out === '' ? null : JSON.parse(out).hookSpecificOutput }))
  return { clock, ended }
}
const say = (agent: HookAgent, headless: boolean, name: Name) =>
  start(agent, headless, Readable.from([JSON.stringify(eventOf(name))]))

const installed = HookAgent.options.flatMap((agent) =>
  [false, true].flatMap((headless) =>
    Object.entries(hookPlan(agent, headless)).map(
      ([name, seconds]) => [agent, headless, name as Name, seconds] as const,
    ),
  ),
)

test.each(installed)(
  'a host agent that says nothing: %s (headless: %s) %s is answered before its %i seconds',
  async (...row) => {
    const [agent, headless, name, seconds] = row
    const { clock, ended } = say(agent, headless, name)
    const { wait } = await heard.promise
    expect(wait).toBe(seconds === hookSeconds.person)
    // Reading what the agent says may have taken its own part of the time, and the start of the program another one.
    const inMs = clock.nextInMs() as number
    expect(inMs).toBeGreaterThan(0)
    expect(inMs + 2 * spareSeconds * 1_000).toBeLessThanOrEqual(seconds * 1_000)
    clock.advance(inMs)
    const { exitCode, said } = await ended
    expect(exitCode).toBe(0)
    if (name !== 'PreToolUse') expect(said).toBeNull()
    else expect(said).toMatchObject({ permissionDecision: headless || agent === 'codex' ? 'deny' : 'ask' })
  },
)

test.each([
  ['claude-code', true, 'PermissionRequest', { decision: { behavior: 'deny' } }],
  ['codex', false, 'PermissionRequest', null],
  ['claude-code', false, 'SessionEnd', null],
] as const)(
  'at an event for which it is not installed it takes the shortest time: %s (headless: %s) %s',
  async (agent, headless, name, said) => {
    const { clock, ended } = say(agent, headless, name)
    expect((await heard.promise).wait).toBe(false)
    expect(clock.nextInMs()).toBe((hookSeconds.atOnce - 2 * spareSeconds) * 1_000)
    clock.advance(hookSeconds.atOnce * 1_000)
    const answered = await ended
    expect(answered.exitCode).toBe(0)
    if (said) expect(answered.said).toMatchObject(said)
    else expect(answered.said).toBeNull()
  },
)

test('an agent that never comes to the end of what it says is stopped', async () => {
  const { clock, ended } = start('codex', false, new PassThrough())
  clock.advance(spareSeconds * 1_000)
  expect(await ended).toEqual({ exitCode: 2, said: null })
})

test.each([
  ['claude-code', false, 'ask'],
  ['claude-code', true, 'deny'],
  ['codex', false, 'deny'],
] as const)(
  'a host agent that ends while people are asked has said nothing: %s (headless: %s)',
  async (agent, headless, said) => {
    const { ended } = say(agent, headless, 'PreToolUse')
    await heard.promise
    await server.close()
    expect(await ended).toMatchObject({ exitCode: 0, said: { permissionDecision: said } })
  },
)
