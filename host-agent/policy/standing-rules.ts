import { relative, sep } from 'node:path'
import type { Operation } from '#protocol/statements/operation.ts'
import type { StandingRule } from '#protocol/statements/standing-rule.ts'
import { coversArgv } from '#trust/standing-rule.ts'
import type { HostContext } from '../context.ts'
import type { Memory, RuleMemory } from '../journal/memory.ts'
import type { May } from '../plan/find-plan.ts'
import { absolutePath, followLinks, placeOf } from './places.ts'
import type { Terms } from './terms.ts'

const hour = 3_600_000
/** The widest that is offered; a person may choose less. */
const bounds = { uses: 100, lifeMs: 7 * 24 * hour }

/**
 * The rule that people may make of an operation, or null where every time is asked anew: what is no single, whole, inspectable command, holds a secret, is of tier 3, or
 * needs more than one tap by one person, or not whoever asked, or one of those who are asked first. Paths become `folder/*` only for commands of tier 0 and 1.
 */
export function offerRule(
  operation: Operation,
  { gesture, persons, groups = [], once, notRequester, escalate }: Terms,
  now: number,
): StandingRule | null {
  const { kind, argv, tier, uninspectable, secrets, cwd } = operation
  if (kind !== 'command' || !argv || tier > 2 || uninspectable.length > 0 || secrets.length > 0) return null
  if (once || (gesture ?? 'tap') !== 'tap' || (persons ?? 1) > 1 || groups.length > 0) return null
  // Whoever asks next by the rule may be the one who must not approve it, or ask before those whose turn it is.
  if (notRequester || escalate) return null
  const offered = argv.map((word, at) => (at > 0 && tier < 2 ? patternOf(word, cwd.path) : word))
  return { argv: offered, uses: bounds.uses, expiresAt: now + bounds.lifeMs }
}

/** `src/a.ts` becomes `src/*` where it is a plain path below the folder in which the command runs. */
function patternOf(word: string, cwd: string): string {
  const at = word.lastIndexOf('/')
  if (at <= 0 || /^[-/~]/.test(word) || /[=:*]/.test(word)) return word
  const plain = word.split('/').every((step) => step !== '' && step !== '.' && step !== '..')
  const inside = relative(followLinks(cwd), followLinks(absolutePath(word, cwd)))
  return plain && inside !== '' && inside.split(sep)[0] !== '..' ? `${word.slice(0, at)}/*` : word
}

export type RuleQuestion = {
  operation: Operation
  taskId: string
  project: string
  terms: Terms
  may: May
  now: number
}

/** The rule by which an operation needs no person: its words, folder, program and driver are those that were approved, and whoever approved still may. */
export function findRule(memory: Memory, question: RuleQuestion): RuleMemory | null {
  const { operation, terms, now } = question
  if (!offerRule(operation, terms, now)) return null
  return [...memory.rules.values()].find((rule) => holds(rule, question)) ?? null
}

function holds(rule: RuleMemory, { operation, taskId, project, may, now }: RuleQuestion): boolean {
  const { from } = rule
  const { cwd, driver, executable, argv, tier, hosts } = operation
  return (
    isLive(rule, now) &&
    (rule.taskId === null || rule.taskId === taskId) &&
    may(rule.device, from) &&
    from.driver === driver &&
    from.cwd.path === cwd.path &&
    from.cwd.ino === cwd.ino &&
    from.cwd.dev === cwd.dev &&
    from.executable?.path === executable?.path &&
    from.executable?.sha256 === executable?.sha256 &&
    tier <= from.tier &&
    hosts.every((host) => from.hosts.includes(host)) &&
    argv !== null &&
    coversArgv(rule.argv, argv) &&
    staysInside(rule.argv, argv, cwd.path, project)
  )
}

/** What a `*` stands for is in the project, also when links are followed, and is nothing that other programs obey. */
function staysInside(pattern: readonly string[], argv: readonly string[], cwd: string, project: string): boolean {
  return argv.every((word, at) => {
    if (pattern[at] === word) return true
    const path = absolutePath(word, cwd)
    const folder = followLinks(absolutePath((pattern[at] ?? '').slice(0, -2), cwd))
    const below = relative(folder, followLinks(path))
    return placeOf(path, project) === 'project' && below !== '' && below.split(sep)[0] !== '..'
  })
}

export const isLive = ({ used, uses, expiresAt, revoked }: RuleMemory, now: number): boolean =>
  !revoked && used < uses && now < expiresAt

/** Rules that stand now, newest first. */
export const liveRules = ({ rules }: Memory, now: number): RuleMemory[] =>
  [...rules.values()].filter((rule) => isLive(rule, now)).reverse()

/** Ends a rule. False: there is none of this id, or it was revoked before. */
export async function revokeRule(
  { memory, statusChanged }: Pick<HostContext, 'memory' | 'statusChanged'>,
  id: string,
): Promise<boolean> {
  const rule = memory.rules.get(id)
  if (!rule || rule.revoked) return false
  await memory.record({ type: 'rule-revoked', approvalId: id })
  statusChanged()
  return true
}
