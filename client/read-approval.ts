import type { ErrorCode, Result } from '#protocol/errors.ts'
import { ok } from '#protocol/errors.ts'
import type { ApprovalState, ApprovalView } from '#protocol/records.ts'
import { openEnvelope } from '#trust/envelope.ts'
import type { ApprovalRecord } from './approval-record.ts'
import { readRecord } from './approval-record.ts'
import type { Context } from './context.ts'
import { openDecisions, type TeamDecision } from './open-decisions.ts'
import { verifyApproval } from './verify-approval.ts'
import { verifyReceipt } from './verify-receipt.ts'

/**
 * One approval as a person may see it. `state` is this device's own finding: settled by a verified receipt; `expired` when its time is over by the relay's clock, or this device's
 * where the relay has not been heard. That says only that nobody can answer any more: what became of it is the host's to say.
 */
export type ApprovalCard = ApprovalRecord & {
  state: ApprovalState
  /** What everybody's devices said so far, as far as the relay could be read. */
  decisions?: readonly TeamDecision[]
}

/** The relay has said nothing of the approval itself: it could not be reached, could not answer, or does not let this device in. */
const silent: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'relay_unreachable',
  'unavailable',
  'internal',
  'too_many_requests',
  'proof_expired',
  'key_unknown',
])

/** Reads one approval from the relay, or from this device's store when the relay says nothing of it. Errors: those of the call; `approval_not_found` stays one. */
export async function readApprovalCard(context: Context, id: string): Promise<Result<ApprovalCard>> {
  const view = await context.relay.call('approval.read', { params: { id } })
  if (view.ok) return openApprovalView(context, view.value)
  const record = silent.has(view.code) ? await readRecord(context.store, id) : undefined
  return record ? ok(cardOf(record, context.relay.now())) : view
}

/** Opens and verifies what the relay lists, its receipt included. */
export async function openApprovalView(context: Context, view: ApprovalView): Promise<Result<ApprovalCard>> {
  const known = await readRecord(context.store, view.id)
  const record = known ? ok(known) : await openRequest(context, view)
  if (!record.ok) return record
  const settled = view.receipt ? await openReceipt(context, view.receipt, record.value) : record
  const decisions = await openDecisions(context, view, record.value)
  return ok({ ...cardOf(settled.ok ? settled.value : record.value, context.relay.now()), decisions })
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
