import { type AgentFacts, howToInstall, isUnknown } from '../agents/agents.ts'
import { findProgram } from '../files.ts'
import { findingFor } from './findings.ts'
import { modelSettings } from './model-settings.ts'
import { programFiles } from './program-files.ts'

/**
 * Whether an agent is known to ask before it acts. `unchecked`: its program, as it is installed now, was not tried out yet. `unproven`: it can't be, or it did not come so
 * far. `ungoverned`: it acted without being allowed to. `why`: one sentence, with what to do next where there is something.
 */
export type Governed = {
  is: 'governed' | 'ungoverned' | 'unproven' | 'unchecked' | 'absent'
  why: string
  version: string | null
  checkedAt: number | null
  /** Its program; null: there is none. */
  program: string | null
}

const words = { asks: 'governed', acts: 'ungoverned', unproven: 'unproven' } as const

/** What is known of the program that is installed now. `folder`: the host's own; `path`: where programs are looked for. */
export async function howGoverned(folder: string, facts: AgentFacts, path: string): Promise<Governed> {
  const program = await findProgram(facts.command, path, '/')
  const nothing = { version: null, checkedAt: null, program }
  if (isUnknown(facts))
    return {
      ...nothing,
      is: 'unproven',
      why: 'Nothing is known about this agent: what it does without asking is not held back.',
    }
  if (program === null)
    return { ...nothing, is: 'absent', why: `${facts.title} is not installed: ${howToInstall(facts)}` }
  const { version } = programFiles(program)
  const known = { ...nothing, version }
  const finding = await findingFor(folder, facts, program)
  if (finding) return { ...known, is: words[finding.found], why: finding.detail, checkedAt: finding.at }
  if (modelSettings(facts.name, '') === null)
    return { ...known, is: 'unproven', why: 'Nobody has found out yet how to lead it to a scripted model.' }
  return { ...known, is: 'unchecked', why: `Try it out: countersign agents --check ${facts.name}` }
}
