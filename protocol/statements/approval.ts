import * as z from 'zod/mini'
import { Hash, Millis, text } from '../encoding.ts'
import { ApprovalId, HostId, PersonId, TaskId, TeamId } from '../ids.ts'
import { limits } from '../limits.ts'
import { Digest, Nonce, Operation } from './operation.ts'
import { StandingRule } from './standing-rule.ts'
import { Tier, TrustHead } from './trust-entry.ts'

/**
 * What a person has to do to approve: one tap; open it and read to the end; that and hold; verify themselves to their device (WebAuthn); type the digits that the host
 * shows. Each includes those before it; `passkey` and `code` include not one another.
 */
export const Gesture = z.enum(['tap', 'read', 'hold', 'passkey', 'code'])
export type Gesture = z.infer<typeof Gesture>
export const Scope = z.enum(['once', 'session', 'rule'])
export type Scope = z.infer<typeof Scope>

/** Persons under a name of the host's policy. An empty group is nobody. */
export const Group = z.strictObject({
  name: text(60),
  persons: z.array(PersonId).check(z.maxLength(limits.keysPerTeam)),
})
export type Group = z.infer<typeof Group>

/** The host's question to people: `countersign.approval`, signed by the host, sealed to the team's devices. */
export const Approval = z.strictObject({
  v: z.literal(1),
  id: ApprovalId,
  aud: TeamId,
  host: HostId,
  /** Null for what the host itself asks (add-device). */
  task: z.nullable(TaskId),
  operation: Operation,
  digest: Digest,
  tier: Tier,
  quorum: z.strictObject({
    persons: z.int().check(z.minimum(1), z.maximum(10)),
    /** From each of these one person, nobody for two of them. */
    groups: z.optional(z.array(Group).check(z.maxLength(10))),
    /** Who asked for the work, where the policy says that they don't approve it. */
    without: z.optional(PersonId),
  }),
  /** Who is asked from when, earliest first; a group that is not asked yet does not approve. Absent: everybody who may, at once. */
  steps: z.optional(z.array(z.strictObject({ at: Millis, group: Group })).check(z.maxLength(5))),
  gesture: Gesture,
  iat: Millis,
  /** Bounds the tap. */
  expiresAt: Millis,
  /** Bounds the release, which may follow the tap when the host was away: by `releaseBy - expiresAt` after the tap, whenever that was. */
  releaseBy: Millis,
  nonce: Nonce,
  scopes: z.array(Scope).check(z.minLength(1), z.maxLength(3)),
  /** The widest rule that may be made of it; absent where `scopes` is `once` alone. */
  rule: z.optional(StandingRule),
  policyHash: Hash,
  trustHead: TrustHead,
  /** The host's own name for the place: project folder's name. Shown as a label. */
  project: text(120),
  /** The agent's own words, shown apart and marked as such; never part of the digest. */
  agentWords: z.optional(text(2_000)),
})
export type Approval = z.infer<typeof Approval>
