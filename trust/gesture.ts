import type { Approval, Gesture } from '#protocol/statements/approval.ts'
import type { Decision } from '#protocol/statements/decision.ts'
import { canonicalJson } from './canonical.ts'
import type { CryptoPort } from './crypto.ts'
import { hashOf } from './hash.ts'

const strength: Readonly<Record<Gesture, number>> = { tap: 0, read: 1, hold: 2, passkey: 3, code: 3 }

/** The strongest of those that are there; nothing said is a tap. */
export const strongest = (...gestures: readonly (Gesture | undefined)[]): Gesture =>
  gestures.reduce<Gesture>((sum, one) => (one && strength[one] > strength[sum] ? one : sum), 'tap')

/** Whether who made this gesture has done what is needed. A passkey is no code and a code is no passkey; both include all else. */
export const includesGesture = (made: Gesture, needed: Gesture): boolean =>
  made === needed || strength[made] > strength[needed]

/**
 * The gesture that approves: what the host asked for, and never less than the operation's own risk wants (trust.md, Tiers): tier 3 a passkey or the host's code, what can't
 * be inspected to be read. Host and device both hold to it, so that neither has to believe the other's floor.
 */
export function gestureFor({ gesture, tier, operation }: Pick<Approval, 'gesture' | 'tier' | 'operation'>): Gesture {
  const floor: Gesture = tier === 3 ? 'passkey' : operation.uninspectable.length > 0 ? 'read' : 'tap'
  return strength[gesture] >= strength[floor] ? gesture : floor
}

/** Whether enough of the operation was on the screen: from tier 2 all of it; what asks for more than a tap, in the app or a terminal, never on a notification. */
export function wasRead(approval: Approval, { where, whole }: Decision['shown']): boolean {
  if (gestureFor(approval) === 'tap') return approval.tier < 2 || whole
  return whole && where !== 'notification'
}

/**
 * The challenge that an authenticator signs for a decision: SHA-256("countersign passkey" ‖ NUL ‖ JCS of the decision without its assertion), base64url. Whatever is
 * changed in the decision afterwards, its answer, scope or code, is another challenge.
 */
export function passkeyChallenge(c: CryptoPort, { passkey: _, ...decision }: Decision): Promise<string> {
  return hashOf(c, 'passkey', canonicalJson(decision) ?? '')
}
