import { ok, type Result, refused } from '#protocol/errors.ts'
import { acpDriver } from '../agents/acp.ts'
import { type AgentFacts, agents, findAgent, howToInstall, passing, unknownAgent } from '../agents/agents.ts'
import { commandDriver } from '../agents/command.ts'
import type { Driver } from '../agents/driver.ts'
import { findingFor } from '../canary/findings.ts'
import { findProgram } from '../files.ts'
import { parseShell } from '../policy/parse-shell.ts'

/** `agentTitle`: what people call the one of `agentCommand`; absent: by its program. `pass`: see `passing`, for the chosen agent. */
export type AgentWish = { agent?: string; agentCommand?: string; agentTitle?: string; pass?: readonly string[] }

/**
 * The agents that this host offers: the chosen one first, then those found on PATH, then plain command lines. One whose check found that it acts
 * without asking is not among them. `folder`: the host's own. Errors: `agent_unknown`, `agent_ungoverned`.
 */
export async function chooseDrivers(
  { agent, agentCommand, agentTitle, pass = [], folder }: AgentWish & { folder: string },
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<readonly Driver[]>> {
  const found: Driver[] = []
  const acting: AgentFacts[] = []
  for (const facts of agents) {
    const program = await findProgram(facts.command, environment.PATH ?? '', '/')
    if (!program) continue
    if ((await findingFor(folder, facts, program))?.found === 'acts') acting.push(facts)
    else found.push(acpDriver(facts))
  }
  const all = [...found, commandDriver]
  if (agentCommand !== undefined) {
    const { argv } = parseShell(agentCommand)
    if (!argv) return refused('agent_unknown', 'The agent’s command line has to be one simple command.')
    return ok([acpDriver(passing(unknownAgent(argv, agentTitle), pass)), ...all])
  }
  if (agent === undefined) return ok(all)
  const facts = findAgent(agent)
  const known = agent === 'command' ? commandDriver : all.find(({ name }) => name === facts?.name)
  const chosen = known?.agent ? acpDriver(passing(known.agent, pass)) : known
  if (chosen) return ok([chosen, ...all.filter((driver) => driver !== known)])
  if (facts && acting.includes(facts)) return refused('agent_ungoverned', facts.title)
  return refused(
    'agent_unknown',
    facts
      ? `${facts.title} is not installed: ${howToInstall(facts)}`
      : `Known are: command, ${agents.map(({ name }) => name).join(', ')}.`,
  )
}
