import { randomBytes } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Clock } from '#link/clock.ts'
import { errors } from '#protocol/errors.ts'
import type { TerminalSession } from '#protocol/statements/listing.ts'
import type { Gate } from '../approvals/gate.ts'
import type { Memory } from '../journal/memory.ts'
import { followLinks, placeOf } from '../policy/places.ts'
import type { Project } from '../projects/projects-file.ts'
import { sessionIdOf } from '../sessions/session-id.ts'
import type { HookAgent, HookAnswer, HookEvent } from './hook-event.ts'
import { hookRequest } from './hook-request.ts'

/** Questions of one session that wait at once; beyond them the keyboard is asked. */
const openMost = 8
/** Sessions that are remembered: one that never says that it ends must not stay for ever. */
const sessionsMost = 200
/** One that was interrupted says nothing any more: after so long it is not told of. */
const silentMs = 3_600_000
/** So many of them a status has room for. */
const toldMost = 10
/** Milliseconds between a change and its telling: what the policy answers at once is none. */
const tellMs = 2_000

type HookSession = {
  salt: string
  agent: HookAgent
  project: string
  since: number
  /** When it was about to use a tool last. */
  heardAt: number
  /** What people were asked last. */
  asked: { at: number; what: string } | null
  /** What waits for people, by tool and input: taken back when the keyboard was faster. */
  waiting: Map<string, AbortController>
  /** What was released and has not been told to have run. */
  released: Map<string, string>
}

/** The sessions that somebody started in a terminal, as their hooks tell of them. They pass the same gate as tasks; people see no task, only its questions. */
export type HookSessions = {
  /** `wait`: people are asked; else the policy alone answers, at once. `signal`: whoever asks has hung up. */
  hear(agent: HookAgent, event: HookEvent, wait: boolean, signal: AbortSignal): Promise<HookAnswer>
  /** Those that are known, for people to see: that ask first, then the newest. */
  list(): TerminalSession[]
  close(): void
}

export function createHookSessions({
  gate,
  memory,
  projects,
  isPaired,
  clock,
  redact,
  changed,
}: {
  gate: Pick<Gate, 'ask' | 'judge' | 'executed' | 'lose'>
  memory: Pick<Memory, 'isLocked'>
  projects: readonly Project[]
  isPaired(): boolean
  clock: Clock
  /** Takes secrets out of what is told. */
  redact(text: string): string
  /** What `list` says is other than it was. */
  changed(): void
}): HookSessions {
  const sessions = new Map<string, HookSession>()

  let told = '[]'
  let cancel: (() => void) | null = null
  function tell(): void {
    cancel ??= clock.after(tellMs, () => {
      cancel = null
      const now = JSON.stringify(list())
      if (now !== told) changed()
      told = now
    })
  }

  function list(): TerminalSession[] {
    return [...sessions.values()]
      .filter(({ heardAt, waiting }) => waiting.size > 0 || clock.now() - heardAt < silentMs)
      .map(({ agent, project, since, asked, waiting }) => ({
        agent,
        project: project.slice(0, 120),
        since,
        ...(asked === null ? {} : { askedAt: asked.at, asked: asked.what }),
        asking: waiting.size,
      }))
      .sort((a, b) => b.asking - a.asking || (b.askedAt ?? b.since) - (a.askedAt ?? a.since))
      .slice(0, toldMost)
  }

  function sessionOf(agent: HookAgent, id: string, project: string): HookSession {
    const key = `${agent} ${id}`
    const known = sessions.get(key)
    const session = known ?? {
      salt: randomBytes(32).toString('base64url'),
      agent,
      project,
      since: clock.now(),
      heardAt: 0,
      asked: null,
      waiting: new Map<string, AbortController>(),
      released: new Map<string, string>(),
    }
    if (!known && sessions.size >= sessionsMost) forget(sessions.keys().next().value as string)
    sessions.set(key, session)
    session.heardAt = clock.now()
    if (!known) tell()
    return session
  }

  /** Nothing of it is under way any more. */
  function forget(key: string): void {
    const session = sessions.get(key)
    sessions.delete(key)
    tell()
    for (const controller of session?.waiting.values() ?? []) controller.abort()
    for (const approvalId of session?.released.values() ?? []) void gate.lose(approvalId)
  }

  async function ask(agent: HookAgent, event: HookEvent, wait: boolean, gone: AbortSignal): Promise<HookAnswer> {
    if (memory.isLocked()) return { answer: 'deny', reason: errors.host_locked[1] }
    const project = projects.find(({ path }) => placeOf(event.cwd, path) !== 'outside')
    if (!project)
      return { answer: 'keyboard', reason: `${followLinks(event.cwd)} is not in a project of the host agent.` }
    const session = sessionOf(agent, event.session_id, project.name)
    const request = hookRequest(agent, event)
    const asker = {
      taskId: null,
      session: sessionIdOf('hook', agent, event.session_id),
      salt: session.salt,
      project: project.path,
      projectName: project.name,
      agent,
    }
    if (!wait) {
      const verdict = await gate.judge(asker, request)
      if (verdict === 'allow') return { answer: 'allow' }
      if (verdict === 'deny') return { answer: 'deny', reason: errors.operation_denied_by_policy[1] }
      return { answer: 'keyboard', reason: 'The host’s policy asks a person.' }
    }
    const key = keyOf(event)
    if (!isPaired()) return { answer: 'keyboard', reason: errors.not_paired[1] }
    if (session.waiting.size >= openMost) return { answer: 'keyboard', reason: errors.approvals_full[1] }
    const controller = new AbortController()
    session.waiting.set(key, controller)
    const what =
      request.command ?? [event.tool_name ?? '', ...request.edits.map(({ path }) => path), ...request.paths].join(' ')
    session.asked = { at: clock.now(), what: redact(what).slice(0, 200) }
    tell()
    const signal = AbortSignal.any([controller.signal, gone])
    const answer = await gate.ask({ ...asker, signal }, request).finally(() => {
      session.waiting.delete(key)
      tell()
    })
    if (answer.answer === 'allow') {
      if (answer.approvalId !== null) session.released.set(key, answer.approvalId)
      return { answer: 'allow' }
    }
    if (answer.answer === 'canceled' && memory.isLocked()) return { answer: 'deny', reason: errors.host_locked[1] }
    if (answer.answer === 'canceled') return { answer: 'keyboard', reason: 'The question was taken back.' }
    const words = answer.code === null ? 'A person said no.' : errors[answer.code][1]
    return { answer: 'deny', reason: answer.reason ?? words }
  }

  return {
    async hear(agent, event, wait, signal) {
      const name = event.hook_event_name
      if (name === 'PreToolUse' || name === 'PermissionRequest') return ask(agent, event, wait, signal)
      if (name !== 'PostToolUse') {
        forget(`${agent} ${event.session_id}`)
        return { answer: 'silence' }
      }
      const session = sessions.get(`${agent} ${event.session_id}`)
      const key = keyOf(event)
      // It ran: where people were still asked, somebody at the keyboard was faster.
      session?.waiting.get(key)?.abort()
      const approvalId = session?.released.get(key)
      session?.released.delete(key)
      if (approvalId !== undefined) gate.executed(approvalId, null)
      return { answer: 'silence' }
    },
    list,
    close: () => cancel?.(),
  }
}

/** The same tool with the same input: a permission request names no call. */
const keyOf = ({ tool_name: name, tool_input: input }: HookEvent) => `${name} ${canonicalize(input ?? null)}`

/** One hook's word, answered in any case: a host that is only starting leaves it to the keyboard, one that fails says no. */
export async function hearHook(
  sessions: HookSessions | null,
  { agent, event, wait }: { agent: HookAgent; event: HookEvent; wait: boolean },
  signal: AbortSignal,
): Promise<HookAnswer> {
  if (!sessions) return { answer: 'keyboard', reason: 'The host agent is only starting.' }
  return sessions
    .hear(agent, event, wait, signal)
    .catch(() => ({ answer: 'deny', reason: 'The host agent failed. Nothing was allowed.' }))
}
