import { parseLine } from './audit/parse-line.ts'
import { readLines } from './audit/read-lines.ts'
import { evaluatePolicy, type Verdict } from './evaluate-policy.ts'
import type { Policy } from './policy.ts'

/** A past operation that this policy would answer differently. */
export type Replayed = { at: number; taskId: string | null; what: string; agent: string; was: Verdict; now: Verdict }
export type Replay = {
  changed: Replayed[]
  /** How many operations were looked at, and how many of that time the journal does not hold (it was written by an earlier version). */
  looked: number
  unknown: number
}

/** Asks a policy again about every operation that was asked since a moment (epoch milliseconds), as the journal at `path` holds them. Nothing is changed. */
export async function replayPolicy(policy: Policy, path: string, since: number): Promise<Replay> {
  const replay: Replay = { changed: [], looked: 0, unknown: 0 }
  for await (const { bytes } of readLines(path)) {
    const line = parseLine(bytes)
    if (line?.entry.type !== 'verdict' || line.at < since) continue
    const { asked, verdict, rule, tier, taskId, standing } = line.entry
    if (!asked) {
      replay.unknown += 1
      continue
    }
    replay.looked += 1
    const { operation, agent, project, branch } = asked
    const again = evaluatePolicy(policy, operation, { agent, project, branch, now: line.at })
    // What a person's standing rule let run was asked by the policy.
    const was = { verdict: standing === undefined ? verdict : 'ask', rule, tier } as const
    if (again.verdict === was.verdict) continue
    const what = operation.command ?? [operation.kind, ...operation.files.map((file) => file.path)].join(' ')
    replay.changed.push({ at: line.at, taskId, what, agent, was, now: again })
  }
  return replay
}
