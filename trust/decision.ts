import type { Approval, Scope } from '#protocol/statements/approval.ts'
import type { Answer, Decision } from '#protocol/statements/decision.ts'
import type { TrustHead } from '#protocol/statements/trust-entry.ts'
import { typ } from '#protocol/statements/typ.ts'
import { requestHash } from './approval.ts'
import type { CryptoPort } from './crypto.ts'
import { signStatement } from './jws.ts'
import type { KeyPair } from './keys.ts'

export type ToDecide = {
  id: string
  approval: Approval
  /** The JWS that the approval was read from: its hash is signed. */
  approvalJws: string
  answer: Answer
  scope?: Scope
  shown: Decision['shown']
  reason?: string
  now: number
  trustHead: TrustHead
  entry?: string
}

/** A person's answer, signed by their device over the very request that was verified and shown. It lives as long as the host may release. */
export async function makeDecision(c: CryptoPort, device: KeyPair, input: ToDecide): Promise<string> {
  const { id, approval, approvalJws, answer, scope = 'once', shown, reason, now, trustHead, entry } = input
  const decision: Decision = {
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
    shown,
    ...(reason === undefined ? {} : { reason }),
    iat: now,
    exp: approval.releaseBy,
    trustHead,
    ...(entry === undefined ? {} : { entry }),
  }
  return signStatement(c, device, typ.decision, decision)
}
