import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import type { AgentFacts } from '../agents/agents.ts'
import { writeFileWhole } from '../journal/write-file-whole.ts'
import type { CanaryResult } from './check-agent.ts'
import { contentHash, programFiles, stampOf } from './program-files.ts'

/** What a check of an agent's program found. It holds for this very program and for no other. */
const Finding = z.strictObject({
  found: z.enum(['asks', 'acts', 'unproven']),
  detail: z.string(),
  /** SHA-256 over the program's files, and how they lay on the disk when that was taken. */
  hash: z.string(),
  stamp: z.string(),
  /** By what it was made to ask: a finding is about program and settings together. */
  asking: z.string(),
  at: z.number(),
})
export type Finding = z.infer<typeof Finding>
const Findings = z.record(z.string(), Finding)

const fileIn = (folder: string) => join(folder, 'agents.json')

/** Everything that makes this agent ask, and all else it is started with. */
const askingOf = ({ args, env, mode, off }: AgentFacts) => JSON.stringify([args, env, mode, off])

/** What is known of the agents of this host; what can't be read is not known. */
async function readFindings(folder: string): Promise<z.infer<typeof Findings>> {
  try {
    return Findings.parse(JSON.parse(await readFile(fileIn(folder), 'utf8')))
  } catch {
    return {}
  }
}

/** What was found about the program that is installed now; null: this one was never checked. `program`: its path. `folder`: the host's own. */
export async function findingFor(folder: string, facts: AgentFacts, program: string): Promise<Finding | null> {
  const known = (await readFindings(folder))[facts.name]
  if (!known || known.asking !== askingOf(facts)) return null
  const { paths } = programFiles(program)
  if (stampOf(paths) === known.stamp) return known
  return (await contentHash(paths)) === known.hash ? known : null
}

/** Checks the installed program and keeps what was found; `path`: where programs are looked for; `signal` breaks it off, and nothing is kept. */
export async function checkAndKeep(
  folder: string,
  facts: AgentFacts,
  program: string,
  { path, now, signal }: { path: string; now: number; signal?: AbortSignal },
): Promise<CanaryResult> {
  // A host that has nothing to check does not hold the scripted model in its memory.
  const { checkAgent } = await import('./check-agent.ts')
  const before = programFiles(program)
  const [hash, stamp] = [await contentHash(before.paths), stampOf(before.paths)]
  const result = await checkAgent(facts, path, signal)
  if (signal?.aborted) return result
  // One that replaced itself while it was looked at was not looked at.
  if (stampOf(programFiles(program).paths) !== stamp)
    return { found: 'unproven', detail: 'Its program changed while it was checked. Check it again.' }
  const findings = {
    ...(await readFindings(folder)),
    [facts.name]: { ...result, hash, stamp, asking: askingOf(facts), at: now },
  }
  await writeFileWhole(fileIn(folder), `${JSON.stringify(findings, null, 2)}\n`)
  return result
}
