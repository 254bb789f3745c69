import type { Clock } from '#link/clock.ts'
import { type Refused, refused } from '#protocol/errors.ts'
import type { AgentFacts } from '../agents/agents.ts'
import type { Driver } from '../agents/driver.ts'
import type { Log } from '../ports.ts'
import { checkAndKeep } from './findings.ts'
import { type Governed, howGoverned } from './governed.ts'

export type Governance = {
  /** What was known of each agent when it was looked at last, by its name. What the host does by itself has no entry. */
  known(): ReadonlyMap<string, Governed>
  /** Looks at all agents, and tries those out, one after the other, that were not yet. */
  begin(): Promise<void>
  /**
   * Asked before each session: whether this agent may begin. Without a sandbox one that was not tried out yet is waited for. `say`: words for the task's log.
   * Errors: `agent_ungoverned`, `agent_unproven`.
   */
  admit(driver: Driver, say: (words: string) => void): Promise<Refused | null>
  close(): void
}

export type GovernancePorts = {
  /** The host's own folder, with what was found. */
  folder: string
  path: string
  drivers: readonly Driver[]
  /** A sandbox holds whatever an agent does without asking. */
  isIsolated: boolean
  /** The person at the host lets agents work that nobody has seen ask, also where nothing holds them. */
  allowUnproven: boolean
  clock: Clock
  log: Log
  /** Something of `known` has changed. */
  changed(): void
}

/** Keeps agents that act without asking from every task, and those that were never seen to ask from where nothing would hold them. */
export function createGovernance(ports: GovernancePorts): Governance {
  const { folder, path, drivers, isIsolated, allowUnproven, clock, log } = ports
  const known = new Map<string, Governed>()
  const checks = new Map<string, Promise<void>>()
  const closed = new AbortController()

  async function look(facts: AgentFacts): Promise<Governed> {
    const seen = await howGoverned(folder, facts, path)
    const before = known.get(facts.name)
    known.set(facts.name, seen)
    if (before?.is !== seen.is || before.version !== seen.version) ports.changed()
    return seen
  }

  /** One check of an agent at a time; whoever needs it waits for the same. */
  function check(facts: AgentFacts, program: string): Promise<void> {
    const running = checks.get(facts.name)
    if (running) return running
    const checking = checkAndKeep(folder, facts, program, { path, now: clock.now(), signal: closed.signal })
      .then(({ found, detail }) => log('agent.checked', { agent: facts.name, found, detail }))
      .catch((error: Error) => log('agent.unchecked', { agent: facts.name, reason: error.message }))
      .finally(() => checks.delete(facts.name))
    checks.set(facts.name, checking)
    return checking
  }

  return {
    known: () => known,
    async begin() {
      const agents = drivers.flatMap(({ agent }) => (agent ? [agent] : []))
      const seen = await Promise.all(agents.map(look))
      for (const [at, { is, program }] of seen.entries()) {
        const facts = agents[at]
        if (is !== 'unchecked' || !facts || program === null || closed.signal.aborted) continue
        await check(facts, program)
        await look(facts)
      }
    },
    async admit({ agent: facts, title }, say) {
      if (!facts) return null
      let seen = await look(facts)
      if (seen.is === 'unchecked' && seen.program !== null) {
        const checking = check(facts, seen.program)
        if (!isIsolated) {
          say(
            `${title} was never seen to ask, or is another version now. It is tried out first; that takes up to a few minutes.`,
          )
          await checking
          seen = await look(facts)
        }
      }
      if (seen.is === 'governed' || seen.is === 'absent') return null
      if (seen.is === 'ungoverned') return refused('agent_ungoverned', seen.why)
      if (!isIsolated && !allowUnproven) return refused('agent_unproven', seen.why)
      say(`Nobody has seen ${title} ask before it acts${isIsolated ? ': its sandbox alone holds it' : ''}. ${seen.why}`)
      return null
    },
    close: () => closed.abort(),
  }
}
