import type { ApprovalRecord } from './approval-record.ts'
import { listRecords, noteGone } from './approval-record.ts'
import type { Context } from './context.ts'
import type { ApprovalCard } from './read-approval.ts'
import { readApprovalCard } from './read-approval.ts'

/** What the relay has listed as open, and when it was asked, by this device's clock. */
export type Listed = { ids: ReadonlySet<string>; at: number }

/** More than a few were missed only by a device that was away for long; the next look goes on. */
const MOST = 20

/**
 * Reads anew what waits as far as this device knows and is no longer among what the relay lists: it was settled elsewhere, and neither a frame nor a push has said so here. Returns
 * what has an end now. What the relay knows no more of waits for nobody; what it could not be asked for stays as it is.
 */
export async function readSettled(context: Context, { ids, at }: Listed): Promise<ApprovalCard[]> {
  const now = context.relay.now()
  const isMissed = ({ id, approval, receipt, gone, receivedAt }: ApprovalRecord) =>
    !receipt && !gone && now < approval.expiresAt && receivedAt < at && !ids.has(id)
  const { records } = await listRecords(context.store)
  const ended: ApprovalCard[] = []
  for (const { id } of records.filter(isMissed).slice(0, MOST)) {
    const card = await readApprovalCard(context, id)
    if (card.ok && card.value.receipt) ended.push(card.value)
    if (!card.ok && card.code === 'approval_not_found') await noteGone(context.store, id)
  }
  return ended
}
