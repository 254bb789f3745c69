import type { PushParts } from '#protocol/envelope.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { PublicKeys } from '#protocol/keys.ts'
import { limits } from '#protocol/limits.ts'
import { concat, fromBase64url, textOf, toBase64url, utf8 } from './bytes.ts'
import type { CryptoPort } from './crypto.ts'
import type { KeyPair } from './keys.ts'
import { pad, unpad } from './padding.ts'
import { unwrapKey, WRAP_BYTES, wrapKey } from './wrap.ts'

const VERSION = 1
const NONCE = 12
/** One bucket: every push has the same size. */
const BUCKETS = [limits.pushInnerBytes]
/** All that a push says of itself outside; the receiver knows neither id nor sender before it has opened it. */
const CONTEXT = { use: 'push', id: '', from: '' } as const
const AAD = utf8('countersign push\0')

export type ToPush = {
  id: string
  to: readonly PublicKeys[]
  statement: string
  ttl: number
  urgency: PushParts['urgency']
  topic?: PushParts['topic']
}

/** Seals a signed statement for the push service: one ciphertext, one wrap a device. Null when it exceeds `limits.pushInnerBytes`: announce it generically. */
export async function sealPush(c: CryptoPort, push: ToPush): Promise<PushParts | null> {
  const { id, to, statement, ttl, urgency, topic } = push
  const padded = pad(utf8(statement), BUCKETS)
  if (!padded) return null
  const key = c.random(32)
  const nonce = c.random(NONCE)
  const ct = concat(nonce, await c.aesSeal(key, nonce, AAD, padded))
  const wraps = await Promise.all(
    to.map(async ({ kid, seal }) => [kid, await wrapKey(c, key, seal, { ...CONTEXT, kid })] as const),
  )
  return { id, ct: toBase64url(ct), wraps: Object.fromEntries(wraps), ttl, urgency, ...(topic ? { topic } : {}) }
}

/** The text for one device: base64url(version ‖ its wrap ‖ ciphertext); Chromium hands on only what is UTF-8. Null when there is no wrap for it. */
export function pushText({ ct, wraps }: Pick<PushParts, 'ct' | 'wraps'>, kid: string): string | null {
  const wrap = Object.hasOwn(wraps, kid) ? wraps[kid] : undefined
  const [sealed, own] = [fromBase64url(ct), wrap === undefined ? null : fromBase64url(wrap)]
  if (!sealed || own?.length !== WRAP_BYTES) return null
  return toBase64url(concat(new Uint8Array([VERSION]), own, sealed))
}

/** Opens the text of a push: a signed statement, still to be verified. Errors: `envelope_invalid`, `envelope_unreadable`. */
export async function openPush(c: CryptoPort, pair: KeyPair, text: string): Promise<Result<string>> {
  const bytes = text.length <= limits.pushTextChars ? fromBase64url(text) : null
  if (!bytes || bytes[0] !== VERSION || bytes.length < 1 + WRAP_BYTES + NONCE) return refused('envelope_invalid')
  const key = await unwrapKey(c, pair, bytes.subarray(1, 1 + WRAP_BYTES), { ...CONTEXT, kid: pair.keys.kid })
  if (!key) return refused('envelope_unreadable')
  const sealed = bytes.subarray(1 + WRAP_BYTES)
  const padded = await c.aesOpen(key, sealed.subarray(0, NONCE), AAD, sealed.subarray(NONCE))
  const content = padded && unpad(padded)
  const statement = content && textOf(content)
  return statement ? ok(statement) : refused('envelope_unreadable')
}
