import type { Envelope, EnvelopeKind } from '#protocol/envelope.ts'
import { Envelope as EnvelopeSchema } from '#protocol/envelope.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { PublicKeys } from '#protocol/keys.ts'
import { concat, fromBase64url, textOf, toBase64url, utf8 } from './bytes.ts'
import { canonicalJson } from './canonical.ts'
import type { CryptoPort } from './crypto.ts'
import type { KeyPair } from './keys.ts'
import { BUCKETS, pad, unpad } from './padding.ts'
import { unwrapKey, wrapKey } from './wrap.ts'

const NONCE = 12

export type ToSeal = {
  id: string
  kind: EnvelopeKind
  from: KeyPair
  to: readonly PublicKeys[]
  statement: string
  buckets?: readonly number[]
}

/**
 * Seals a signed statement to its receivers: one padded AES-256-GCM ciphertext under a fresh key, and that key wrapped for each. Throws when the statement exceeds
 * the largest bucket: the caller moves large content to the blob store first (`fitsEnvelope`).
 */
export async function sealTo(
  c: CryptoPort,
  { id, kind, from, to, statement, buckets = BUCKETS }: ToSeal,
): Promise<Envelope> {
  const padded = pad(utf8(statement), buckets)
  if (!padded) throw new RangeError(`A statement of ${statement.length} characters does not fit an envelope`)
  const key = c.random(32)
  const nonce = c.random(NONCE)
  const header = { v: 1, id, kind, from: from.keys.kid } as const
  const ct = await c.aesSeal(key, nonce, aadOf(header), padded)
  const wraps = await Promise.all(
    [...new Map(to.map((keys) => [keys.kid, keys])).values()].map(
      async ({ kid, seal }) =>
        [kid, await wrapKey(c, key, seal, { use: 'envelope', id, from: header.from, kid })] as const,
    ),
  )
  return { ...header, wraps: Object.fromEntries(wraps), ct: toBase64url(concat(nonce, ct)) }
}

/** Whether a statement fits: 16 kB less the length prefix. Larger content goes to the blob store. */
export const fitsEnvelope = (statement: string): boolean => utf8(statement).length <= Math.max(...BUCKETS) - 4

const aadOf = ({ v, id, kind, from }: Pick<Envelope, 'v' | 'id' | 'kind' | 'from'>): Uint8Array =>
  utf8(`countersign envelope\0${canonicalJson({ v, id, kind, from })}`)

/**
 * Opens an envelope with this key. What comes out is a statement whose signer, kind and audience are still to be checked. Errors: `envelope_invalid`,
 * `envelope_not_for_me`, `envelope_unreadable`.
 */
export async function openEnvelope(c: CryptoPort, pair: KeyPair, envelope: unknown): Promise<Result<string>> {
  const read = EnvelopeSchema.safeParse(envelope)
  if (!read.success) return refused('envelope_invalid')
  const { id, from, wraps, ct } = read.data
  const { kid } = pair.keys
  const wrap = Object.hasOwn(wraps, kid) ? wraps[kid] : undefined
  if (wrap === undefined) return refused('envelope_not_for_me')
  const key = await unwrapKey(c, pair, wrap, { use: 'envelope', id, from, kid })
  const sealed = fromBase64url(ct)
  if (!key || !sealed) return refused('envelope_unreadable')
  const padded = await c.aesOpen(key, sealed.subarray(0, NONCE), aadOf(read.data), sealed.subarray(NONCE))
  const content = padded && unpad(padded)
  const statement = content && textOf(content)
  return statement ? ok(statement) : refused('envelope_unreadable')
}
