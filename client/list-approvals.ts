import type { ErrorCode, Result } from '#protocol/errors.ts'
import { ok } from '#protocol/errors.ts'
import type { ApprovalView } from '#protocol/records.ts'
import type { Context } from './context.ts'
import type { ApprovalCard } from './read-approval.ts'
import { openApprovalView } from './read-approval.ts'

/** `unreadable` are rows that this device can't open or verify: they are shown as such, never hidden and never answerable. */
export type ApprovalList = { cards: ApprovalCard[]; unreadable: { id: string; code: ErrorCode }[] }

/** Everything of the team that waits for a person, oldest first, each verified. Errors: those of the call. */
export async function listApprovals(context: Context): Promise<Result<ApprovalList>> {
  const list: ApprovalList = { cards: [], unreadable: [] }
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
  else list.unreadable.push({ id: view.id, code: card.code })
}
