import { relative } from 'node:path'
import picomatch from 'picomatch'
import type { Operation } from '#protocol/statements/operation.ts'
import type { Tier } from '#protocol/statements/trust-entry.ts'
import { matchesTime } from './match-time.ts'
import type { Policy, Rule } from './policy.ts'

export type Verdict = {
  verdict: 'allow' | 'ask' | 'deny' /** Counted from 1; null means that no rule matched. */
  rule: number | null
  tier: Tier
}

/** Where and when an operation is asked for: the agent's name, the project's folder, the branch checked out there (null: none, or not known), epoch milliseconds. */
export type Where = { agent: string; project: string; branch: string | null; now: number }

/**
 * Asks the policy about an operation. The first matching rule answers; no match asks. A rule that allows has to match every
 * path and host of the operation and something that it knows; a rule that denies or asks, any of them. Nothing of tier 3 and
 * nothing that can't be inspected is ever allowed without a person.
 */
export function evaluatePolicy(policy: Policy, operation: Operation, where: Where): Verdict {
  for (const [index, rule] of policy.rules.entries()) {
    if (!matches(rule, operation, where)) continue
    const tier = Math.max(operation.tier, rule.tier ?? 0) as Tier
    // A rule that matches a plan's files says nothing about the commands in it, and none answers a question.
    const isForPeople = operation.plan !== undefined || operation.form !== undefined
    const mayAllow = tier < 3 && operation.uninspectable.length === 0 && !isForPeople
    return { verdict: rule.verdict === 'allow' && !mayAllow ? 'ask' : rule.verdict, rule: index + 1, tier }
  }
  return { verdict: 'ask', rule: null, tier: operation.tier }
}

function matches({ match, verdict }: Rule, operation: Operation, { agent, project, branch, now }: Where): boolean {
  const { kind, argv, path, host, tier } = match
  const known = <T>(values: readonly T[], test: (value: T) => boolean) =>
    values.length > 0 && (verdict === 'allow' ? values.every(test) : values.some(test))
  if (kind !== undefined && !list(kind).includes(operation.kind)) return false
  if (tier !== undefined && !list(tier).includes(operation.tier)) return false
  if (match.time !== undefined && !matchesTime(match.time, now)) return false
  if (match.branch !== undefined && !matchesBranch(list(match.branch), branch, verdict)) return false
  if (match.agent !== undefined && !list(match.agent).includes(agent)) return false
  if (argv !== undefined && !matchesArgv(argv, operation.argv)) return false
  if (path !== undefined) {
    const globs = list(path).map((glob) => picomatch(glob, { dot: true, nonegate: true }))
    const paths = operation.files.map((file) => relative(project, file.path))
    if (!known(paths, (name) => globs.some((matchesGlob) => matchesGlob(name)))) return false
  }
  if (host !== undefined && !known(operation.hosts, (name) => list(host).some((known) => matchesHost(known, name))))
    return false
  return true
}

/** On a branch that is not known nothing is allowed, and whatever is denied or asked for on some branch is denied or asked for. */
const matchesBranch = (globs: string[], branch: string | null, verdict: Rule['verdict']): boolean =>
  branch === null ? verdict !== 'allow' : globs.some((glob) => picomatch.isMatch(branch, glob, { nonegate: true }))

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value])

/** Equality, word by word. Nothing matches where the words are not known. */
function matchesArgv(pattern: readonly string[], argv: readonly string[] | null): boolean {
  if (argv === null) return false
  const open = pattern.at(-1) === '*'
  const fixed = open ? pattern.slice(0, -1) : pattern
  return (
    (open ? argv.length >= fixed.length : argv.length === fixed.length) &&
    fixed.every((word, index) => word === argv[index])
  )
}

const matchesHost = (pattern: string, host: string) =>
  pattern.startsWith('*.') ? host.endsWith(pattern.slice(1).toLowerCase()) : host === pattern.toLowerCase()
