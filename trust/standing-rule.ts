import type { Approval } from '#protocol/statements/approval.ts'
import type { Decision } from '#protocol/statements/decision.ts'
import type { StandingRule } from '#protocol/statements/standing-rule.ts'

/** `src/*` stands for what lies below `src`, by its spelling; where links lead is the host's to look at. */
export function coversWord(pattern: string, word: string): boolean {
  if (pattern === word) return true
  if (!pattern.endsWith('/*')) return false
  const folder = pattern.slice(0, -1)
  const steps = word.slice(folder.length).split('/')
  return (
    folder !== '/' && word.startsWith(folder) && steps.every((step) => step !== '' && step !== '.' && step !== '..')
  )
}

/** Word by word, as many as there are. A rule is never the beginning of something longer. */
export const coversArgv = (pattern: readonly string[], argv: readonly string[]): boolean =>
  pattern.length === argv.length && pattern.every((word, at) => coversWord(word, argv[at] ?? ''))

/**
 * Whether a decision's rule is within what the host offered: each word is the operation's own or the host's pattern for it, not more often, not longer. With scope `once` there
 * is none.
 */
export function ruleFits(
  { scopes, tier, rule: offered, operation }: Approval,
  { scope, rule }: Pick<Decision, 'scope' | 'rule'>,
): boolean {
  if (!scopes.includes(scope)) return false
  if (scope === 'once') return rule === undefined
  if (!rule || !offered || !operation.argv || tier === 3) return false
  return narrower(rule, offered) && coversArgv(rule.argv, operation.argv)
}

const narrower = (rule: StandingRule, offered: StandingRule): boolean =>
  rule.uses <= offered.uses &&
  rule.expiresAt <= offered.expiresAt &&
  rule.argv.length === offered.argv.length &&
  rule.argv.every(
    (word, at) => word === offered.argv[at] || (!word.endsWith('/*') && coversWord(offered.argv[at] ?? '', word)),
  )
