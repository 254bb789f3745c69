import type { ApprovalCard } from '#client/read-approval.ts'

/** Approvals that can be read and answered in one go. `alike`: the same operation in several places; else what one task asks for. */
export type Together = { cards: readonly ApprovalCard[]; alike: boolean }

/**
 * What belongs together among approvals that one tap answers: the same operation asked in several places first, then what one task asks for. Nothing stands in two
 * groups, and one alone is no group. `isOneTap` says which may be answered so at all.
 */
export function togetherOf(
  cards: readonly ApprovalCard[],
  isOneTap: (card: ApprovalCard) => boolean,
): readonly Together[] {
  const left = new Set(cards.filter(isOneTap))
  const take = (keyOf: (card: ApprovalCard) => string | null, alike: boolean): Together[] => {
    const groups = new Map<string, ApprovalCard[]>()
    for (const card of left) {
      const key = keyOf(card)
      if (key !== null) groups.set(key, [...(groups.get(key) ?? []), card])
    }
    const several = [...groups.values()].filter((group) => group.length > 1)
    for (const card of several.flat()) left.delete(card)
    return several.map((group) => ({ cards: group, alike }))
  }
  return [...take(sameOperation, true), ...take(({ approval }) => approval.task, false)]
}

/** Equal in all that is shown but the place: another host or folder has another digest. */
const sameOperation = ({ approval: { operation } }: ApprovalCard): string | null =>
  operation.command === null ? null : JSON.stringify([operation.kind, operation.command, operation.hosts])
