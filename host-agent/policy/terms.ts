import * as z from 'zod/mini'
import { PersonId } from '#protocol/ids.ts'
import { Gesture, type Group } from '#protocol/statements/approval.ts'
import { strongest } from '#trust/gesture.ts'

const groupName = z.string().check(z.minLength(1), z.maxLength(60))

/** What the policy wants of people where it asks: of a rule for what matches it, of the whole file for everything. Both only ever add. */
export const termFields = {
  /** What a person has to do to approve; never less than the operation's own risk wants. */
  gesture: z.optional(Gesture),
  /** Different persons who have to approve. Absent: one. */
  persons: z.optional(z.int().check(z.minimum(1), z.maximum(10))),
  /** From each of these groups one of them, nobody for two. */
  groups: z.optional(z.array(groupName).check(z.minLength(1), z.maxLength(5))),
  /** Whoever asked for the work doesn't approve it. */
  notRequester: z.optional(z.boolean()),
  /** Every time is asked anew: no rule for the session or for longer is offered. */
  once: z.optional(z.boolean()),
  /** Who is asked, and after how many minutes without an answer the next. Absent: everybody who may, at once. The first has to be asked at 0. */
  escalate: z.optional(
    z.array(z.strictObject({ to: groupName, afterMinutes: z.int().check(z.minimum(0), z.maximum(7 * 24 * 60)) })).check(
      z.minLength(1),
      z.maxLength(5),
      z.refine((steps) => steps[0]?.afterMinutes === 0, 'the first group has to be asked after 0 minutes'),
    ),
  ),
}
const Terms = z.strictObject(termFields)
export type Terms = z.infer<typeof Terms>

/** Names of groups that these terms speak of. */
export const groupsIn = ({ groups = [], escalate = [] }: Terms): string[] => [
  ...groups,
  ...escalate.map(({ to }) => to),
]

/** The terms of a rule on top of those of the file: the stronger gesture, the larger number, all groups; the rule's own escalation before the file's. */
export function joinTerms(file: Terms, rule: Terms): Terms {
  const escalate = rule.escalate ?? file.escalate
  return {
    gesture: strongest(file.gesture, rule.gesture),
    persons: Math.max(file.persons ?? 1, rule.persons ?? 1),
    groups: [...new Set([...(file.groups ?? []), ...(rule.groups ?? [])])],
    once: file.once === true || rule.once === true,
    notRequester: file.notRequester === true || rule.notRequester === true,
    ...(escalate ? { escalate } : {}),
  }
}

/** A group by its name. A policy that names one it doesn't define is not loaded, so nobody stands for an unknown one. */
export const groupOf = (groups: Readonly<Record<string, readonly string[]>>, name: string): Group => ({
  name,
  persons: [...(Object.hasOwn(groups, name) ? (groups[name] ?? []) : [])],
})

/** The terms on which a rule asks (counted from 1), or the file's own where none matched. */
export const termsOf = (
  { approval = {}, rules }: { approval?: Terms | undefined; rules: readonly Terms[] },
  rule: number | null,
): Terms => joinTerms(approval, (rule === null ? undefined : rules[rule - 1]) ?? {})

/** The terms on which something was asked, and who stood for their groups then: kept, so that another policy's can be compared. */
export const AskedTerms = z.strictObject({ ...termFields, members: z.record(z.string(), z.array(PersonId)) })
export type AskedTerms = z.infer<typeof AskedTerms>

/** What `termsOf` says, with the persons of each group by its name. */
export function askedTerms(
  policy: Parameters<typeof termsOf>[0] & { groups?: Readonly<Record<string, readonly string[]>> | undefined },
  rule: number | null,
): AskedTerms {
  const { groups = [], ...terms } = termsOf(policy, rule)
  const named = groupsIn({ ...terms, groups }).map((name) => [name, groupOf(policy.groups ?? {}, name).persons])
  return { ...terms, ...(groups.length > 0 ? { groups } : {}), members: Object.fromEntries(named) }
}
