import { agents } from '#host-agent/agents/agents.ts'
import { findingFor } from '#host-agent/canary/findings.ts'
import { findProgram } from '#host-agent/files.ts'
import type { Check } from './checks.ts'

/** Git, and the coding agents that are installed: whether each was seen to ask, and what it takes to sign in. */
export async function checkAgents(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): Promise<Check[]> {
  const path = environment.PATH ?? ''
  const git = await findProgram('git', path, '/')
  const checks: Check[] = [
    git
      ? { name: 'git', state: 'good', detail: git }
      : { name: 'git', state: 'wrong', detail: 'not on PATH; without it no change can be shown: install git' },
  ]
  for (const facts of agents) {
    const program = await findProgram(facts.command, path, '/')
    if (!program) continue
    const finding = await findingFor(folder, facts, program)
    const name = `agent ${facts.name}`
    if (finding?.found === 'acts') checks.push({ name, state: 'wrong', detail: `${finding.detail} It is not started.` })
    else if (finding?.found === 'asks') checks.push({ name, state: 'good', detail: `${finding.detail} ${facts.login}` })
    else
      checks.push({
        name,
        state: 'absent',
        detail: `never seen to ask: countersign agents --check ${facts.name}. ${facts.login}`,
      })
  }
  if (checks.length === 1)
    checks.push({ name: 'agents', state: 'absent', detail: 'none is installed: countersign agents says how' })
  return checks
}
