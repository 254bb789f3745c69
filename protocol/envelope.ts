import * as z from 'zod/mini'
import { base64url, Millis } from './encoding.ts'
import { Kid, TaskId } from './ids.ts'
import { limits } from './limits.ts'

export const EnvelopeKind = z.enum(['task', 'input', 'approval', 'push', 'decision', 'receipt', 'status', 'pairing'])
export type EnvelopeKind = z.infer<typeof EnvelopeKind>

/**
 * A sealed message to one or more keys (trust.md, Envelope). One AES-256-GCM ciphertext under a random content key, and a wrap of that key for each
 * receiver: HPKE base mode, 65 B enc + 32 B key + 16 B tag. The header (all but `wraps` and `ct`) is the AAD. The plaintext is a padded compact JWS that
 * repeats audience and id.
 */
export const Envelope = z.strictObject({
  v: z.literal(1),
  id: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  kind: EnvelopeKind,
  from: Kid,
  wraps: z.record(Kid, base64url(160)),
  /** 12 B nonce, ciphertext, 16 B tag. */
  ct: base64url(limits.envelopeChars),
})
export type Envelope = z.infer<typeof Envelope>

/** One batch of a task's log under the task's key; `epoch` rises when the key is rotated. Plaintext: a padded compact JWS `countersign.events`. */
export const SealedBatch = z.strictObject({
  v: z.literal(1),
  taskId: TaskId,
  seq: z.int().check(z.positive()),
  epoch: z.int().check(z.nonnegative()),
  from: Kid,
  ct: base64url(limits.envelopeChars),
})
export type SealedBatch = z.infer<typeof SealedBatch>

/** The task key of one epoch, sealed by the host for one device: HPKE wrap, opened with the task id, epoch and kid as info. */
export const Grant = z.strictObject({
  kid: Kid,
  epoch: z.int().check(z.nonnegative()),
  from: Kid,
  wrap: base64url(160),
})
export type Grant = z.infer<typeof Grant>

/** What the push service carries: one ciphertext and only this device's wrap, as one base64url text (version byte, 113 B wrap, ciphertext). */
export const PushParts = z.strictObject({
  id: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  ct: base64url(4_000),
  wraps: z.record(Kid, base64url(160)),
  /** Seconds that the push service may keep it. */
  ttl: z.int().check(z.nonnegative()),
  urgency: z.enum(['normal', 'high']),
  /** That more waits is said by one push: of those that a push service still holds for a device only the newest arrives (RFC 8030, section 5.4). Absent: each arrives. */
  topic: z.optional(z.literal('digest')),
})
export type PushParts = z.infer<typeof PushParts>

/** Devices that a push goes to from `at` on, if what it is about is still open. `again`: it has gone to them before, and this reminds them; absent: not before that. */
export const LaterPush = z.strictObject({
  at: Millis,
  again: z.optional(z.literal(true)),
  kids: z.array(Kid).check(z.minLength(1), z.maxLength(limits.keysPerTeam)),
})
export type LaterPush = z.infer<typeof LaterPush>
