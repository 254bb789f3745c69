import { randomBytes } from 'node:crypto'
import type { Envelope, EnvelopeKind, PushParts, SealedBatch } from '#protocol/envelope.ts'

const b64 = (bytes: number) => randomBytes(bytes).toString('base64url')

/** Looks sealed: the relay can't tell, and must not need to. */
export const sealed = (from: string, to: string[], kind: EnvelopeKind, bytes = 256): Envelope => ({
  v: 1,
  id: b64(16),
  kind,
  from,
  wraps: Object.fromEntries(to.map((kid) => [kid, b64(113)])),
  ct: b64(12 + bytes + 16),
})

export const sealedBatch = (from: string, taskId: string, seq: number, bytes = 256): SealedBatch => ({
  v: 1,
  taskId,
  seq,
  epoch: 0,
  from,
  ct: b64(12 + bytes + 16),
})

export const pushParts = (to: string[], ttl = 3_600, topic?: PushParts['topic']): PushParts => ({
  id: b64(16),
  ct: b64(2_700 + 28),
  wraps: Object.fromEntries(to.map((kid) => [kid, b64(113)])),
  ttl,
  urgency: 'high',
  ...(topic ? { topic } : {}),
})
