import type { ErrorCode, Result } from '#protocol/errors.ts'
import { ok } from '#protocol/errors.ts'
import type { ApprovalView } from '#protocol/records.ts'
import type { Context } from './context.ts'
import type { ApprovalCard } from './read-approval.ts'
import { openApprovalView } from './read-approval.ts'

/**
 * `unreadable` are rows that this device can't open or verify: they are shown as such, never hidden and never answerable. `notForUs` are sealed to other devices of the team:
 * this one came later, or may not see that host.
 */
export type ApprovalList = { cards: ApprovalCard[]; unreadable: { id: string; code: ErrorCode }[]; notForUs: string[] }

/** Everything of the team that waits for a person, oldest first, each verified. Errors: those of the call. */
export async function listApprovals(context: Context): Promise<Result<ApprovalList>> {
  const list: ApprovalList = { cards: [], unreadable: [], notForUs: [] }
  let after: string | undefined
  do {
    const page = await context.relay.call('approvals.list', { query: after === undefined ? {} : { after } })
    if (!page.ok) return page
    for (const view of page.value.approvals) await addTo(list, context, view)
    after = page.value.next ?? undefined
  } while (after !== undefined)
  list.cards.sort((a, b) => a.approval.iat - b.approval.iat)
  return ok(list)
}

async function addTo(list: ApprovalList, context: Context, view: ApprovalView): Promise<void> {
  const card = await openApprovalView(context, view)
  if (card.ok) list.cards.push(card.value)
  else if (card.code === 'envelope_not_for_me') list.notForUs.push(view.id)
  else list.unreadable.push({ id: view.id, code: card.code })
}

/** Everything that the relay has listed, whoever can read it. */
export const idsOf = ({ cards, unreadable, notForUs }: ApprovalList): Set<string> =>
  new Set([...cards, ...unreadable].map(({ id }) => id).concat(notForUs))
