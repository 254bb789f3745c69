import type { AgentChoices } from '#protocol/statements/choices.ts'
import type { HostStatus } from '#protocol/statements/status.ts'
import { isUnknown } from '../agents/agents.ts'
import type { Driver } from '../agents/driver.ts'
import type { Governed } from '../canary/governed.ts'
import type { Redactor } from '../secrets/redact.ts'

type Known = {
  governed(agent: string): Governed | undefined
  choices(agent: string): AgentChoices | undefined
  redact: Redactor['redact']
}

/** The host's agents as its status tells them: names, what is known of each, and what each offers. */
export const listAgents = (drivers: readonly Driver[], known: Known): HostStatus['agents'] =>
  drivers.map(({ name, title, agent }) => {
    const choices = known.choices(name)
    return {
      name,
      title,
      ...governedAs(known.governed(name)),
      // Only of what a person typed: any other is its name already.
      ...(agent && isUnknown(agent)
        ? { command: known.redact([agent.command, ...agent.args].join(' ')).slice(0, 500) }
        : {}),
      ...(choices ? { choices } : {}),
    }
  })

function governedAs(governed: Governed | undefined): Pick<HostStatus['agents'][number], 'version' | 'governed'> {
  if (!governed || governed.is === 'absent') return {}
  const { is, version } = governed
  return { governed: is, ...(version === null ? {} : { version: version.slice(0, 40) }) }
}
