import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { Approval, Gesture } from '#protocol/statements/approval.ts'
import type { Answer, Decision } from '#protocol/statements/decision.ts'
import { isBeforeAsked } from '#trust/check-decision.ts'
import { gestureFor, includesGesture, wasRead } from '#trust/gesture.ts'
import { isAsked as isTheirTurn } from '#trust/quorum.ts'
import type { TeamState } from '#trust/trust-log.ts'

/** Whether an approval waits for this device's person: they may approve it now, or with what can be mended here. Who may only look on, or only deny, is not asked. */
export function isAsked(who: { team: TeamState; kid: string; now: number }, approval: Approval): boolean {
  const may = mayDecide(who, approval, 'approve')
  return may.ok || may.code === 'decision_passkey' || may.code === 'clock_wrong'
}

/**
 * Whether this device may give this answer, as far as it can know: the host checks everything again. A denial needs no tier and no gesture. Without `made` the question is
 * whether it may at all, by whatever `gestureFor` of the approval says; with it, whether this gesture, made there, is enough.
 * Errors: `decision_role_refused`, `approval_expired`, `decision_key_removed`, `decision_passkey` (one is needed, and this device has none in the trust log),
 * `decision_gesture`, `decision_unread`, `clock_wrong`, `decision_requester`, `decision_not_asked` (others are asked first).
 */
export function mayDecide(
  { team, kid, now }: { team: TeamState; kid: string; now: number },
  approval: Approval,
  answer: Answer,
  made?: { gesture: Gesture; shown: Decision['shown'] },
): Result<void> {
  const key = team.keys.get(kid)
  if (!key?.rights || key.removedAt !== null) return refused('decision_key_removed')
  const { role, hosts, maxTier } = key.rights
  if (role === 'viewer' || (hosts !== '*' && !hosts.includes(approval.host))) return refused('decision_role_refused')
  if (now >= approval.expiresAt) return refused('approval_expired')
  if (answer !== 'approve') return ok(undefined)
  if (isBeforeAsked(now, approval)) return refused('clock_wrong')
  if (approval.operation.kind === 'add-device') {
    const { newcomer } = approval.operation
    if (role !== 'owner' || !newcomer) return refused('decision_role_refused')
    // The host proposes, and a host may be in an agent's hands: what it can get with one tap ends here.
    if (newcomer.rights.role === 'owner' || newcomer.rights.maxTier > 2)
      return refused('decision_role_refused', 'A host may propose an approver up to tier 2, no more.')
  }
  if (approval.tier > maxTier) return refused('decision_role_refused')
  const { person } = key.rights
  if (approval.quorum.without === person) return refused('decision_requester')
  if (!isTheirTurn(approval, person, now)) return refused('decision_not_asked')
  const needed = gestureFor(approval)
  if (made && !includesGesture(made.gesture, needed)) return refused('decision_gesture')
  if (made && !wasRead(approval, made.shown)) return refused('decision_unread')
  return needed === 'passkey' && !key.passkey ? refused('decision_passkey') : ok(undefined)
}
