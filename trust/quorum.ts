import type { Approval, Group } from '#protocol/statements/approval.ts'

/**
 * Whether these persons are enough: as many different ones as are asked for, and among them one of each group, nobody for two groups. Persons count, not keys: somebody's
 * second device adds nothing.
 */
export function isEnough({ persons, groups = [] }: Approval['quorum'], approved: readonly string[]): boolean {
  const different = new Set(approved)
  return different.size >= persons && eachHasOwn(groups, [...different])
}

/** A person for each group, all different (a matching; Kuhn's algorithm: whoever is taken may have to stand for another group). */
function eachHasOwn(groups: readonly Group[], approved: readonly string[]): boolean {
  const standsFor = new Map<string, Group>()
  const find = (group: Group, tried: Set<string>): boolean =>
    approved.some((person) => {
      if (!group.persons.includes(person) || tried.has(person)) return false
      tried.add(person)
      const other = standsFor.get(person)
      if (other && !find(other, tried)) return false
      standsFor.set(person, group)
      return true
    })
  return groups.every((group) => find(group, new Set()))
}

/** Whether a person is asked by now: without steps everybody is; with them, whose group's time has come. */
export const isAsked = ({ steps }: Pick<Approval, 'steps'>, person: string, now: number): boolean =>
  steps === undefined || steps.some(({ at, group }) => at <= now && group.persons.includes(person))
