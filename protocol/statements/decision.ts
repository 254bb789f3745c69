import * as z from 'zod/mini'
import { Hash, Millis, text } from '../encoding.ts'
import { ApprovalId, DecisionId, HostId, Kid, TeamId } from '../ids.ts'
import { limits } from '../limits.ts'
import { Gesture, Scope } from './approval.ts'
import { Answers } from './form.ts'
import { Digest, Nonce } from './operation.ts'
import { Assertion } from './passkey.ts'
import { StandingRule } from './standing-rule.ts'
import { TrustEntryJws, TrustHead } from './trust-entry.ts'

export const Answer = z.enum(['approve', 'deny', 'report'])
export type Answer = z.infer<typeof Answer>

/** What a person said: `countersign.decision`, signed by their device over the exact operation, sealed to the host and the team's devices. */
export const Decision = z.strictObject({
  v: z.literal(1),
  id: DecisionId,
  aud: HostId,
  team: TeamId,
  approval: ApprovalId,
  device: Kid,
  digest: Digest,
  /** SHA-256 of the approval's JWS, labelled: the very request that was shown. */
  request: Hash,
  nonce: Nonce,
  answer: Answer,
  scope: Scope,
  /** With scope `session` or `rule`: what may run from then on, within what the approval offers. */
  rule: z.optional(StandingRule),
  /** Where it was shown when the person answered, and whether all of it was. */
  shown: z.strictObject({ where: z.enum(['notification', 'app', 'terminal']), whole: z.boolean() }),
  reason: z.optional(text(limits.reasonChars)),
  /** With `approve` of a `question`, and never else: what the person filled in, also when that is nothing. */
  answers: z.optional(Answers),
  iat: Millis,
  exp: Millis,
  trustHead: TrustHead,
  /** For `add-device` approved by an owner: the AddDevice entry, signed on the head that the owner saw. */
  entry: z.optional(TrustEntryJws),
  /** What the person did to answer; absent means a tap. `read`, `hold` and `code` are the device's word, which its signature stands for. */
  gesture: z.optional(Gesture),
  /** For `code`: the digits that the host shows on its own screen. */
  code: z.optional(z.string().check(z.regex(/^\d{6}$/))),
  /** For `passkey`: user verification by the device's credential, over the hash of this decision without this field. */
  passkey: z.optional(Assertion),
})
export type Decision = z.infer<typeof Decision>
