import { ok, type Result } from '#protocol/errors.ts'
import type { Approval, Gesture, Scope } from '#protocol/statements/approval.ts'
import type { Answer, Decision } from '#protocol/statements/decision.ts'
import type { Answers } from '#protocol/statements/form.ts'
import type { Assertion } from '#protocol/statements/passkey.ts'
import type { StandingRule } from '#protocol/statements/standing-rule.ts'
import type { TrustHead } from '#protocol/statements/trust-entry.ts'
import { typ } from '#protocol/statements/typ.ts'
import { releaseUntil, requestHash } from './approval.ts'
import type { CryptoPort } from './crypto.ts'
import { passkeyChallenge } from './gesture.ts'
import { signStatement } from './jws.ts'
import type { KeyPair } from './keys.ts'

export type ToDecide = {
  id: string
  approval: Approval
  /** The JWS that the approval was read from: its hash is signed. */
  approvalJws: string
  answer: Answer
  scope?: Scope
  rule?: StandingRule
  shown: Decision['shown']
  reason?: string
  answers?: Answers
  now: number
  trustHead: TrustHead
  entry?: string
  gesture?: Gesture
  code?: string
}

/** Asks the device's authenticator to verify its person over `challenge` (base64url). Whatever it refuses is the caller's to say. */
export type Assert = (challenge: string) => Promise<Result<Assertion>>

/** A person's answer, signed by their device over the very request that was verified and shown. It lives as long as the host may release it. */
export async function makeDecision(c: CryptoPort, device: KeyPair, input: ToDecide): Promise<string> {
  return signStatement(c, device, typ.decision, await decisionOf(c, device, input))
}

/** As `makeDecision`, with the authenticator's word on it. Errors: those of `assert`. */
export async function makeVerifiedDecision(
  c: CryptoPort,
  device: KeyPair,
  input: ToDecide,
  assert: Assert,
): Promise<Result<string>> {
  const decision = await decisionOf(c, device, input)
  const asserted = await assert(await passkeyChallenge(c, decision))
  if (!asserted.ok) return asserted
  return ok(await signStatement(c, device, typ.decision, { ...decision, passkey: asserted.value } satisfies Decision))
}

async function decisionOf(c: CryptoPort, device: KeyPair, input: ToDecide): Promise<Decision> {
  const {
    id,
    approval,
    approvalJws,
    answer,
    scope = 'once',
    rule,
    shown,
    reason,
    answers,
    now,
    trustHead,
    entry,
    gesture,
    code,
  } = input
  return {
    v: 1,
    id,
    aud: approval.host,
    team: approval.aud,
    approval: approval.id,
    device: device.keys.kid,
    digest: approval.digest,
    request: await requestHash(c, approvalJws),
    nonce: approval.nonce,
    answer,
    scope,
    ...(rule === undefined ? {} : { rule }),
    shown,
    ...(reason === undefined ? {} : { reason }),
    ...(answers === undefined ? {} : { answers }),
    iat: now,
    exp: answer === 'approve' ? releaseUntil(approval, now) : approval.releaseBy,
    trustHead,
    ...(entry === undefined ? {} : { entry }),
    ...(gesture === undefined || gesture === 'tap' ? {} : { gesture }),
    ...(code === undefined ? {} : { code }),
  }
}
