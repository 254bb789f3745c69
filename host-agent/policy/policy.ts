import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod/mini'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { PersonId } from '#protocol/ids.ts'
import { OperationKind } from '#protocol/statements/operation.ts'
import { Tier } from '#protocol/statements/trust-entry.ts'
import { timeFields } from '../approvals/approval-times.ts'
import { readYaml } from '../read-yaml.ts'
import { TimeMatch } from './match-time.ts'
import { PolicyTest } from './policy-test.ts'
import { groupsIn, termFields } from './terms.ts'

/** One value or a list of them: a list matches when one of its values does. An empty list matches nothing. */
const some = <T extends z.ZodMiniType>(item: T) => z.union([item, z.array(item).check(z.maxLength(200))])
const pattern = z.string().check(z.minLength(1), z.maxLength(500))

/** Every key that is there has to match; `{}` matches every operation. An unknown key makes the whole file invalid. */
export const Match = z.strictObject({
  kind: z.optional(some(OperationKind)),
  /** The words of one simple command. A last word `*` stands for any further words. */
  argv: z.optional(z.array(pattern).check(z.minLength(1), z.maxLength(64))),
  /** Glob patterns, relative to the project. */
  path: z.optional(some(pattern)),
  /** Network hosts, exactly or as `*.example.org`. */
  host: z.optional(some(pattern)),
  /** The agent's name, e.g. `gemini`. */
  agent: z.optional(some(pattern)),
  tier: z.optional(some(Tier)),
  /** When it counts. */
  time: z.optional(TimeMatch),
  /** Glob patterns of the branch that is checked out where the task works. */
  branch: z.optional(some(pattern)),
})

export const Rule = z.strictObject({
  match: Match,
  verdict: z.enum(['allow', 'ask', 'deny']),
  /** Raises the tier of what matches; it never lowers it. */
  tier: z.optional(Tier),
  ...termFields,
})
export type Rule = z.infer<typeof Rule>

const PolicyFields = z.strictObject({
  version: z.literal(1),
  /** Persons of the team under a name (`per_…`, see: countersign team). */
  groups: z.optional(
    z.record(z.string().check(z.minLength(1), z.maxLength(60)), z.array(PersonId).check(z.maxLength(64))),
  ),
  rules: z.array(Rule).check(z.maxLength(500)),
  /** What the rules have to answer: countersign policy test. */
  tests: z.optional(z.array(PolicyTest).check(z.maxLength(500))),
  approval: z.optional(
    z.strictObject({
      ...timeFields,
      ...termFields,
    }),
  ),
})
/** Groups have to be defined: a name that nobody stands for would never be satisfied. */
export const Policy = PolicyFields.check(
  z.refine(
    ({ rules, approval = {}, groups = {} }) =>
      [approval, ...rules].every((terms) => groupsIn(terms).every((name) => Object.hasOwn(groups, name))),
    'a group is named that the file does not define',
  ),
)
export type Policy = z.infer<typeof Policy>
export type LoadedPolicy = { policy: Policy; policyHash: string }

/** What a host has where nobody wrote a policy yet. */
export const usualPolicy = `# What an agent may do here without asking. Rules are read from the top, the first that matches answers;
# what no rule matches is asked. Verdicts: allow, ask, deny. Restart the host agent after a change.
# Look before: countersign policy check | test | replay. For editors: countersign policy schema
version: 1
rules:
  # Tier 0 only reads inside the project.
  - match: { tier: 0 }
    verdict: allow
  # Examples:
  # - match: { kind: command, argv: [npm, test] }
  #   verdict: allow
  # - match: { kind: edit, path: ["src/**", "test/**"] }
  #   verdict: allow
  # - match: { path: ".env*" }
  #   verdict: deny
  # - match: { branch: main, kind: [edit, delete] }
  #   verdict: deny
  # - match: { time: { from: "20:00", to: "08:00" } }
  #   verdict: ask
  #   gesture: passkey
# What the rules have to answer: countersign policy test
tests:
  - { command: ls, expect: allow }
  - { command: rm -rf build, expect: ask }
  - { command: npm publish, expect: ask }
`

/**
 * Reads the policy file; where there is none, writes the one that allows reading and asks for all else.
 * Errors: `policy_invalid` with the line (counted from 1) and what is wrong there.
 */
export async function loadPolicy(path: string): Promise<Result<LoadedPolicy>> {
  let content: string
  try {
    content = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return refused('policy_invalid', `${path} can’t be read`)
    content = usualPolicy
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(path, content, { mode: 0o600 })
  }
  const read = await readPolicy(content)
  return read.ok ? read : refused('policy_invalid', `${path}: ${read.detail}`)
}

/** What a host stands on whose file is no policy: rules that say nothing, under the hash of what is there. */
export async function brokenPolicy(path: string): Promise<LoadedPolicy> {
  const content = await readFile(path, 'utf8').catch(() => '')
  return { policy: { version: 1, rules: [] }, policyHash: hashOf(content) }
}

/** As `loadPolicy`, of a text. The hash covers every byte of it. */
export async function readPolicy(content: string): Promise<Result<LoadedPolicy>> {
  const read = await readYaml(content, Policy)
  if (!read.ok) return refused('policy_invalid', read.detail)
  return ok({ policy: read.value, policyHash: hashOf(content) })
}

const hashOf = (content: string): string =>
  createHash('sha256').update('countersign policy\0').update(content).digest('base64url')
