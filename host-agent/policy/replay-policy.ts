import { canonicalJson } from '#trust/canonical.ts'
import { parseLine } from '../audit/parse-line.ts'
import { readLines } from '../audit/read-lines.ts'
import { evaluatePolicy, type Verdict } from './evaluate-policy.ts'
import type { Policy } from './policy.ts'
import { type AskedTerms, askedTerms } from './terms.ts'

/** What the policy said: its verdict and, where it asks and that is known, of whom and how. */
type Said = Verdict & { terms?: AskedTerms }
/** A past operation that this policy would answer differently: with another verdict, at another tier, or by asking other people or more of them. */
export type Replayed = { at: number; taskId: string | null; what: string; agent: string; was: Said; now: Said }
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
    const { asked, verdict, rule, tier, taskId, standing, terms } = line.entry
    // What a plan or a standing rule let run had been asked of the policy a line before.
    if (standing !== undefined && !asked) continue
    if (!asked) {
      replay.unknown += 1
      continue
    }
    replay.looked += 1
    const { operation, agent, project, branch } = asked
    const again = evaluatePolicy(policy, operation, { agent, project, branch, now: line.at })
    // What a person's standing rule let run was asked by the policy.
    const was = { verdict: standing === undefined ? verdict : 'ask', rule, tier, ...(terms ? { terms } : {}) } as const
    const now = again.verdict === 'ask' && terms ? { ...again, terms: askedTerms(policy, again.rule) } : again
    if (isSame(was, now)) continue
    const what = operation.command ?? [operation.kind, ...operation.files.map((file) => file.path)].join(' ')
    replay.changed.push({ at: line.at, taskId, what, agent, was, now })
  }
  return replay
}

/** Which rule said it does not matter. */
const isSame = (was: Said, now: Said): boolean =>
  was.verdict === now.verdict &&
  was.tier === now.tier &&
  (was.terms === undefined || canonicalJson(was.terms) === canonicalJson(now.terms ?? null))
