import type * as Acp from '@agentclientprotocol/sdk'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import { followLinks } from '../policy/places.ts'
import { acpStream } from './acp-stream.ts'
import type { AgentFacts } from './agents.ts'
import { cleanEnvironment } from './clean-environment.ts'
import type { AgentSession, ListContext } from './driver.ts'
import { greet } from './greet.ts'
import { reasonOf } from './reason-of.ts'
import { howToTakeUp } from './take-up-session.ts'

/** An agent may go on turning pages for ever; so many are read. */
const pagesMost = 10
/** Milliseconds for ending by itself. */
const graceMs = 1_000

/**
 * Starts the agent, asks it for its sessions in the project (`session/list`), and ends it again: it hears of no task. `ms`: for all of it.
 * Errors: `sessions_unsupported`, `agent_failed`, those of `ListContext.start`.
 */
export async function listAgentSessions(
  facts: AgentFacts,
  context: ListContext,
  ms: number,
): Promise<Result<AgentSession[]>> {
  const acp = await import('@agentclientprotocol/sdk')
  const env = cleanEnvironment(context.environment, facts.pass, facts.env)
  const { command: path, args, keyHosts } = facts
  const started = await context.start({ path, args, cwd: context.project, env, keyHosts })
  if (!started.ok) return started
  const group = started.value
  try {
    const failure = await group.failed
    if (failure !== null) return refused('agent_failed', failure)
    const over = new AbortController()
    const late = new Promise<Result<AgentSession[]>>((resolve) => {
      const end = () => resolve(refused('agent_failed', 'it did not tell its sessions in time'))
      const timer = setTimeout(end, ms)
      over.signal.addEventListener('abort', () => clearTimeout(timer))
      context.signal.addEventListener('abort', end, { signal: over.signal })
      if (context.signal.aborted) end()
    })
    const dead = group.ended.then(() => refused('agent_failed', group.lastWords().slice(-500)))
    const told = acp
      .client({ name: 'countersign' })
      .connectWith(acpStream(acp, group.child), (agent) => ask(acp, agent, context.project))
      .catch((error: unknown) => refused('agent_failed', reasonOf(error)))
    return await Promise.race([told, late, dead]).finally(() => over.abort())
  } finally {
    await group.kill(graceMs)
  }
}

async function ask(acp: typeof Acp, agent: Acp.ClientContext, project: string): Promise<Result<AgentSession[]>> {
  const can = await greet(acp, agent)
  if (typeof can === 'string') return refused('agent_failed', can)
  // A list from which nothing can be chosen is none.
  if (!can.sessionCapabilities?.list || howToTakeUp(can) === null) return refused('sessions_unsupported')
  const found = new Map<string, AgentSession>()
  let cursor: string | null = null
  for (let page = 0; page < pagesMost; page += 1) {
    const answer: Acp.ListSessionsResponse = await agent.request('session/list', {
      cwd: project,
      ...(cursor === null ? {} : { cursor }),
    })
    for (const each of answer.sessions) {
      const session = sessionOf(each)
      // Not every agent keeps to the folder that it is asked for.
      if (session && followLinks(each.cwd) === project) found.set(session.id, session)
    }
    cursor = answer.nextCursor ?? null
    if (cursor === null) break
  }
  return ok([...found.values()].sort((a, b) => (b.updatedAt ?? 0) - (a.updatedAt ?? 0)))
}

function sessionOf({ sessionId: id, title, updatedAt }: Acp.SessionInfo): AgentSession | null {
  if (id === '' || id.length > limits.sessionIdChars) return null
  const at = Date.parse(updatedAt ?? '')
  const words = title?.trim()
  return { id, ...(words ? { title: words } : {}), ...(at >= 0 ? { updatedAt: at } : {}) }
}
