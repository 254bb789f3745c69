import { ok, type Result, refused } from '#protocol/errors.ts'
import { acpDriver } from './agents/acp.ts'
import { agents, unknownAgent } from './agents/agents.ts'
import { commandDriver } from './agents/command.ts'
import type { Driver } from './agents/driver.ts'
import { findProgram } from './files.ts'
import { parseShell } from './parse-shell.ts'

/**
 * The agents that this host offers: the chosen one first, then those found on PATH, then plain command lines. Errors: `agent_unknown`.
 */
export async function chooseDrivers(
  { agent, agentCommand }: { agent?: string; agentCommand?: string },
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<readonly Driver[]>> {
  const found: Driver[] = []
  for (const facts of agents) {
    if (await findProgram(facts.command, environment.PATH ?? '', '/')) found.push(acpDriver(facts))
  }
  const all = [...found, commandDriver]
  if (agentCommand !== undefined) {
    const { argv } = parseShell(agentCommand)
    if (!argv) return refused('agent_unknown', 'The agent’s command line has to be one simple command.')
    return ok([acpDriver(unknownAgent(argv)), ...all])
  }
  if (agent === undefined) return ok(all)
  const facts = agents.find(({ name }) => name === agent)
  const chosen = agent === 'command' ? commandDriver : all.find(({ name }) => name === agent)
  if (chosen) return ok([chosen, ...all.filter((driver) => driver !== chosen)])
  return refused(
    'agent_unknown',
    facts
      ? `${facts.title} is not installed: npm install -g ${facts.package}`
      : `Known are: command, ${agents.map(({ name }) => name).join(', ')}.`,
  )
}
