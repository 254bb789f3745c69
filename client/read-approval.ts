import type { Result } from '#protocol/errors.ts'
import { ok } from '#protocol/errors.ts'
import type { ApprovalState, ApprovalView } from '#protocol/records.ts'
import { openEnvelope } from '#trust/envelope.ts'
import type { ApprovalRecord } from './approval-record.ts'
import { readRecord } from './approval-record.ts'
import type { Context } from './context.ts'
import { openDecisions, type TeamDecision } from './open-decisions.ts'
import { verifyApproval } from './verify-approval.ts'
import { verifyReceipt } from './verify-receipt.ts'

/** One approval as a person may see it. `state` is this device's own finding: settled by a verified receipt, expired by the clock, never by the relay's word. */
export type ApprovalCard = ApprovalRecord & {
  state: ApprovalState
  /** What everybody's devices said so far, as far as the relay could be read. */
  decisions?: readonly TeamDecision[]
}

/** Reads one approval from the relay, or from this device's store when the relay can't be reached. */
export async function readApprovalCard(context: Context, id: string): Promise<Result<ApprovalCard>> {
  const view = await context.relay.call('approval.read', { params: { id } })
  if (view.ok) return openApprovalView(context, view.value)
  const record = await readRecord(context.store, id)
  return record ? ok(cardOf(record, context.clock.now())) : view
}

/** Opens and verifies what the relay lists, its receipt included. */
export async function openApprovalView(context: Context, view: ApprovalView): Promise<Result<ApprovalCard>> {
  const known = await readRecord(context.store, view.id)
  const record = known ? ok(known) : await openRequest(context, view)
  if (!record.ok) return record
  const settled = view.receipt ? await openReceipt(context, view.receipt, record.value) : record
  const decisions = await openDecisions(context, view, record.value)
  return ok({ ...cardOf(settled.ok ? settled.value : record.value, context.clock.now()), decisions })
}

/** Opens a sealed receipt for an approval that is already known. */
export async function openReceipt(
  context: Context,
  sealed: NonNullable<ApprovalView['receipt']>,
  record: ApprovalRecord,
): Promise<Result<ApprovalRecord>> {
  const opened = await openEnvelope(context.crypto, context.keys, sealed)
  return opened.ok ? verifyReceipt(context, opened.value, record) : opened
}

async function openRequest(context: Context, view: ApprovalView): Promise<Result<ApprovalRecord>> {
  const opened = await openEnvelope(context.crypto, context.keys, view.sealed)
  return opened.ok ? verifyApproval(context, opened.value, view.id) : opened
}

export function cardOf(record: ApprovalRecord, now: number): ApprovalCard {
  return { ...record, state: record.receipt ? 'settled' : now >= record.approval.expiresAt ? 'expired' : 'open' }
}
