import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import type { Answer } from '#protocol/statements/decision.ts'
import type { TeamState } from '#trust/trust-log.ts'

/**
 * Whether this device may give this answer, as far as it can know: the host checks everything again. A denial needs no tier and no inspection.
 * Errors: `decision_role_refused`, `operation_tier_refused`, `operation_uninspectable`, `approval_expired`, `decision_key_removed`.
 */
export function mayDecide(
  { team, kid, now }: { team: TeamState; kid: string; now: number },
  approval: Approval,
  answer: Answer,
): Result<void> {
  const key = team.keys.get(kid)
  if (!key?.rights || key.removedAt !== null) return refused('decision_key_removed')
  const { role, hosts, maxTier } = key.rights
  if (role === 'viewer' || (hosts !== '*' && !hosts.includes(approval.host))) return refused('decision_role_refused')
  if (now >= approval.expiresAt) return refused('approval_expired')
  if (answer !== 'approve') return ok(undefined)
  if (approval.operation.kind === 'add-device') {
    const { newcomer } = approval.operation
    if (role !== 'owner' || !newcomer) return refused('decision_role_refused')
    // The host proposes, and a host may be in an agent's hands: what it can get with one tap ends here.
    if (newcomer.rights.role === 'owner' || newcomer.rights.maxTier > 2)
      return refused('decision_role_refused', 'A host may propose an approver up to tier 2, no more.')
  }
  if (approval.tier === 3) return refused('operation_tier_refused')
  if (approval.operation.uninspectable.length > 0) return refused('operation_uninspectable')
  if (approval.tier > maxTier) return refused('decision_role_refused')
  return ok(undefined)
}
