import type { Operation } from '#protocol/statements/operation.ts'
import type { JournalEntry } from '../journal/journal-entry.ts'
import { parseLine } from './parse-line.ts'
import { readLines } from './read-lines.ts'

/** What the host answered by itself: by a rule of the policy (counted from 1, null: none matched), or by what a person had let run before, a plan or a standing rule, named by its approval. */
export type AuditRun = {
  at: number
  task: string | null
  verdict: 'allow' | 'deny'
  rule: number | null
  tier: number
  policyHash: string
  by: string | null
  digest: string
  /** Null: the journal is of a version that did not keep it. */
  operation: Operation | null
}

type Verdict = Extract<JournalEntry, { type: 'verdict' }>

/** Every operation that ran, or was refused, without asking anybody, of a task or by an approval's rule or plan; `id` undefined: all of them. */
export async function readRuns(path: string, id: string | undefined): Promise<AuditRun[]> {
  const runs: AuditRun[] = []
  /** The last that the policy asked about: a rule or plan answers right after it. */
  let asked: Verdict | null = null
  for await (const { bytes } of readLines(path)) {
    const line = parseLine(bytes)
    if (line?.entry.type !== 'verdict') continue
    const { entry, at } = line
    if (entry.asked) asked = entry
    const { taskId: task, verdict, rule, tier, policyHash, standing: by = null, digest } = entry
    if (verdict === 'ask' || (id !== undefined && task !== id && by !== id)) continue
    const operation = asked?.digest === digest ? (asked.asked?.operation ?? null) : null
    runs.push({ at, task, verdict, rule, tier, policyHash, by, digest, operation })
  }
  return runs
}
