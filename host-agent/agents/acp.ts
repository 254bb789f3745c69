import type * as Acp from '@agentclientprotocol/sdk'
import { ok } from '#protocol/errors.ts'
import { acpClient } from './acp-client.ts'
import { acpStream } from './acp-stream.ts'
import { type AgentFacts, howToInstall, isUnknown } from './agents.ts'
import { cleanEnvironment } from './clean-environment.ts'
import type { AgentRun, Driver, RunContext, RunEnd } from './driver.ts'
import { listAgentSessions } from './list-agent-sessions.ts'
import { openSession } from './open-session.ts'
import { promptBlocks } from './prompt-blocks.ts'
import { reasonOf } from './reason-of.ts'
import type { SessionChoices } from './session-choices.ts'
import { turnUsage } from './turn-usage.ts'
import { watchdog } from './watchdog.ts'

export type AcpTimes = {
  /** For starting, signing in and loading a session. */
  startMs: number
  /** A turn that says nothing for so long, while nobody is asked, is said to be silent. */
  quietMs: number
  /** A turn that says nothing for so long, while nobody is asked, has hung. */
  silenceMs: number
  /** For ending by itself after it was told to. */
  graceMs: number
}

const usual: AcpTimes = { startMs: 120_000, quietMs: 2 * 60_000, silenceMs: 15 * 60_000, graceMs: 2_000 }

/** Drives an agent of the Agent Client Protocol, version 1, as a child process on its standard input and output. */
export function acpDriver(facts: AgentFacts, times: AcpTimes = usual): Driver {
  return {
    name: facts.name,
    title: facts.title,
    agent: facts,
    plans: true,
    hears: true,
    sees: true,
    actsItself: true,
    listSessions: (context) => listAgentSessions(facts, context, times.startMs),
    start(context) {
      let interrupt = () => {}
      let choices: SessionChoices | null = null
      const onOpen = (opened: SessionChoices) => {
        choices = opened
        context.offers(opened.offered(), opened.chosen())
      }
      const onTurn = (stop: () => void) => {
        interrupt = stop
      }
      const run: AgentRun = {
        ended: runAgent(facts, times, context, { onOpen, onTurn }).catch((error: unknown) => ({
          state: 'failed',
          code: 'agent_failed',
          detail: reasonOf(error),
        })),
        interrupt: () => interrupt(),
        async choose(wanted) {
          // Before the session is open it is chosen with the opening.
          const chosen = (await choices?.choose(wanted)) ?? ok(undefined)
          if (choices) context.offers(choices.offered(), choices.chosen())
          return chosen
        },
      }
      return run
    },
  }
}

/** Runs the agent to its end; once more, in the same session, when a path was opened meanwhile that only a new process can see. */
async function runAgent(facts: AgentFacts, times: AcpTimes, context: RunContext, hooks: Hooks): Promise<RunEnd> {
  const { isResumed } = context
  const prompt = context.plan?.prompt(context.text, isResumed) ?? (isResumed ? resumePrompt : context.text)
  let resumed = { session: context.session, prompt }
  for (;;) {
    let session: string | null = null
    const hadToPlan = context.plan?.isApproved() === false
    const end = await runOnce(facts, times, { ...context, session: resumed.session }, hooks, {
      prompt: resumed.prompt,
      canResume: (id) => {
        session = id
      },
    })
    if (end.state !== 'completed') return end
    // A new process: what it may write is another.
    if (hadToPlan && context.plan?.isApproved()) resumed = { session, prompt: context.plan.prompt(context.text, true) }
    else if (session === null || !(await context.reopened())) return end
    else resumed = { session, prompt: reopenedPrompt }
  }
}

/** Who hears what can be chosen, and how the present turn is interrupted. */
type Hooks = { onOpen(choices: SessionChoices): void; onTurn(interrupt: () => void): void }

/** How a session that is taken up again goes on, and who hears which it is, of an agent that can. */
type Resume = { prompt: string; canResume(session: string): void }

async function runOnce(
  facts: AgentFacts,
  times: AcpTimes,
  context: RunContext,
  hooks: Hooks,
  resume: Resume,
): Promise<RunEnd> {
  const acp = await import('@agentclientprotocol/sdk')
  if (context.signal.aborted) return { state: 'canceled' }
  const env = cleanEnvironment(context.environment, facts.pass, facts.env)
  const started = await context.start({
    path: facts.command,
    args: facts.args,
    cwd: context.project,
    env,
    keyHosts: facts.keyHosts,
  })
  if (!started.ok)
    return { state: 'failed', code: started.code, ...(started.detail === undefined ? {} : { detail: started.detail }) }
  const group = started.value
  const failure = await group.failed
  if (failure !== null) {
    await group.kill(0)
    const hint = isUnknown(facts) ? '' : ` To install it: ${howToInstall(facts)}`
    return { state: 'failed', code: 'agent_failed', detail: `${facts.title} did not start: ${failure}.${hint}` }
  }
  const { child } = group
  await context.keepProcess(child.pid as number)
  const stream = acpStream(acp, child)
  const client = acpClient(acp, facts, context)
  const death = group.ended.then(({ code, signal }): RunEnd => {
    const words = group.lastWords().trim()
    return {
      state: 'failed',
      code: 'agent_failed',
      detail: `${facts.title} ended early (${signal ?? `exit code ${code}`}).${words ? ` Its last words: ${words.slice(-1_500)}` : ''}`,
    }
  })
  const canceled = new Promise<RunEnd>((resolve) => {
    context.signal.addEventListener('abort', () => resolve({ state: 'canceled' }))
  })
  try {
    const work = client.app.connectWith(stream, (agent) =>
      converse(acp, agent, facts, times, context, client, hooks, resume),
    )
    const told = work.catch((error: unknown): RunEnd | Promise<RunEnd> => {
      const broken: RunEnd = { state: 'failed', code: 'agent_failed', detail: `${facts.title}: ${reasonOf(error)}` }
      if (isTooLarge(error)) return broken
      // A dying agent first breaks the connection: its exit code and last words say more.
      return Promise.race([death, pause(times.graceMs).then(() => broken)])
    })
    const end = await Promise.race([told, death, canceled])
    if (end.state === 'canceled') await politely(client.cancelTurn, times.graceMs)
    return end
  } finally {
    client.close()
    await group.kill(times.graceMs)
  }
}

async function converse(
  acp: typeof Acp,
  agent: Acp.ClientContext,
  facts: AgentFacts,
  times: AcpTimes,
  context: RunContext,
  client: ReturnType<typeof acpClient>,
  { onOpen, onTurn }: Hooks,
  resume: Resume,
): Promise<RunEnd> {
  const start = await within(times.startMs, openSession(acp, agent, facts, context, client, onOpen))
  if (typeof start === 'string') return { state: 'failed', code: 'agent_failed', detail: `${facts.title}: ${start}` }
  if ('code' in start) {
    const { code, detail = '' } = start
    return { state: 'rejected', code, detail: `${facts.title}: ${detail}` }
  }
  const { sessionId, loaded, canLoad, takesPictures, choices } = start
  // What has to be planned first is in the modes that this takes.
  const { mode, ...others } = context.chosen
  const chosen = await choices.choose(context.plan || mode === undefined ? others : context.chosen)
  onOpen(choices)
  if (!chosen.ok) {
    const { code, detail = '' } = chosen
    return { state: code === 'agent_failed' ? 'failed' : 'rejected', code, detail: `${facts.title}: ${detail}` }
  }
  // After the choice: a task that has to be planned first is planned whatever else was chosen.
  const endPlanning = await start.plan()
  if (canLoad) resume.canResume(sessionId)
  let text: string | null = loaded ? resume.prompt : (context.plan?.prompt(context.text, false) ?? context.text)
  const planning = context.plan?.isApproved() === false ? context.plan : null
  let interrupted = false

  while (text !== null) {
    interrupted = false
    if ((await context.maySpend?.()) === false) return { state: 'canceled' }
    const started = { at: performance.now(), before: client.cost() }
    const prompt = await promptBlocks(text, context, takesPictures)
    const turn = agent.request('session/prompt', { sessionId, prompt })
    client.cancelTurn = async () => {
      client.withdraw()
      await agent.notify('session/cancel', { sessionId })
      await turn.catch(() => {})
    }
    onTurn(() => {
      interrupted = true
      client.cancelTurn().catch(() => {})
    })
    const watch = watchdog(times, client, (text) => context.emit({ type: 'notice', code: 'agent_silent', text }))
    const answer = await Promise.race([turn, watch.hung, client.broken]).finally(watch.stop)
    if ('end' in answer) return { ...answer.end, detail: `${facts.title}: ${answer.end.detail ?? ''}` }
    await context.turnEnded?.()
    const ms = performance.now() - started.at
    const spent = turnUsage(answer, { agent: facts.name, ms, before: started.before, after: client.cost() })
    if (spent) context.emit({ type: 'usage', ...spent })
    if (answer.stopReason === 'refusal')
      return { state: 'failed', code: 'agent_failed', detail: `${facts.title} refused.` }
    if (answer.stopReason.startsWith('max_')) {
      return {
        state: 'failed',
        code: 'agent_failed',
        detail: `${facts.title} stopped at its own limit (${answer.stopReason}).`,
      }
    }
    text = client.nextWords() ?? context.nextPrompt()
    if (planning && (answer.stopReason !== 'cancelled' || text !== null)) {
      const proposed = await planning.propose(`acp:${facts.name}`, text)
      if (proposed.is === 'again') text = proposed.prompt
      else {
        await endPlanning()
        return proposed.is === 'over' ? proposed.end : { state: 'completed' }
      }
    }
    if (answer.stopReason === 'cancelled' && text === null) return { state: 'canceled' }
  }
  return interrupted ? { state: 'canceled' } : { state: 'completed' }
}

const resumePrompt =
  'The program that connects us was restarted while you were working. Go on with the task where you stopped; ask again for what was not answered.'

const reopenedPrompt =
  'A person has opened for you what the sandbox kept from you. Go on with the task where you stopped, and try that again.'

async function within<T>(ms: number, work: Promise<T>): Promise<T | string> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`it did not answer within ${Math.round(ms / 1_000)} seconds`), ms)
  })
  return Promise.race([work.catch((error: unknown) => `it did not start a session: ${reasonOf(error)}`), late]).finally(
    () => clearTimeout(timer),
  )
}

const politely = (ask: () => Promise<void>, ms: number) => Promise.race([ask().catch(() => {}), pause(ms)])

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref())

/** The library stops to listen to a line that does not end; an agent whose output nobody takes then often dies of it. */
const isTooLarge = (error: unknown) => error instanceof Error && error.name === 'MessageTooLargeError'
