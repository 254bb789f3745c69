import { agents } from '#host-agent/agents/agents.ts'
import { signedIn } from '#host-agent/agents/signed-in.ts'
import { howGoverned } from '#host-agent/canary/governed.ts'
import { findProgram } from '#host-agent/files.ts'
import { hostEnvironment } from '../host-environment.ts'
import type { Check } from './checks.ts'

/** Git, and the coding agents that are installed: whether each was seen to ask, and whether it may use its model. `isIsolated`: tasks work in a sandbox. */
export async function checkAgents(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
  isIsolated: boolean,
): Promise<Check[]> {
  const path = environment.PATH ?? ''
  const git = await findProgram('git', path, '/')
  const checks: Check[] = [
    git
      ? { name: 'git', state: 'good', detail: git }
      : { name: 'git', state: 'wrong', detail: 'not on PATH; without it no change can be shown: install git' },
  ]
  for (const facts of agents) {
    const { is, why } = await howGoverned(folder, facts, path)
    if (is === 'absent') continue
    const name = `agent ${facts.name}`
    const { isSignedIn, says } = signedIn(facts, hostEnvironment(environment, folder), isIsolated)
    if (is === 'ungoverned') checks.push({ name, state: 'wrong', detail: `${why} It is not started.` })
    else if (is === 'governed') checks.push({ name, state: isSignedIn ? 'good' : 'absent', detail: `${why} ${says}` })
    else checks.push({ name, state: 'absent', detail: `never seen to ask. ${why} ${says}` })
  }
  if (checks.length === 1)
    checks.push({ name: 'agents', state: 'absent', detail: 'none is installed: countersign agents says how' })
  return checks
}
