import type { ErrorCode } from '#protocol/errors.ts'
import { type Refused, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import type { ApprovalView } from '#protocol/records.ts'

/** A device may answer, and once more: when its first answer was refused by the host. More would let one device crowd out the others. */
export const decisionsPerDevice = 2

/** What the relay keeps of an approval; `settledState` null while rows say that it is open. */
export type KeptApproval = Omit<ApprovalView, 'state'> & { settledState: 'settled' | 'expired' | null }

/** The state is settled by the host's receipt or by the clock, which is looked at in every read: the sweep may be a minute late. */
export function approvalState(
  approval: Pick<KeptApproval, 'settledState' | 'expiresAt'>,
  now: number,
): ApprovalView['state'] {
  if (approval.settledState) return approval.settledState
  return now >= approval.expiresAt ? 'expired' : 'open'
}

export function viewApproval(approval: KeptApproval, now: number): ApprovalView {
  const { id, hostId, taskId, createdAt, expiresAt, sealed, decisions, receipt } = approval
  return { id, hostId, taskId, state: approvalState(approval, now), createdAt, expiresAt, sealed, decisions, receipt }
}

/** Why a decision was not taken in. */
export function refuseDecision(approval: KeptApproval | null, now: number): Refused {
  if (!approval) return refused('approval_not_found')
  const code: Record<ApprovalView['state'], ErrorCode> = {
    settled: 'approval_already_settled',
    expired: 'approval_expired',
    open: 'too_many_requests',
  }
  return refused(code[approvalState(approval, now)])
}

/** An approval has to end, and not in the past. */
export const endsInTime = (expiresAt: number, now: number): boolean =>
  expiresAt > now && expiresAt <= now + limits.approvalMs + limits.clockSkewMs
