import type { PublicJwk } from '#protocol/keys.ts'
import { concat, fromBase64url, toBase64url, utf8 } from './bytes.ts'
import { canonicalJson } from './canonical.ts'
import type { CryptoPort } from './crypto.ts'
import type { KeyPair } from './keys.ts'

/** Bytes: an uncompressed P-256 point, a 32-byte key, the GCM tag. */
const ENC = 65
export const WRAP_BYTES = ENC + 32 + 16

/** What a wrap is bound to: the message that it belongs to and the one key that may open it. */
export type WrapFor = { use: 'envelope' | 'push' | 'grant'; id: string; from: string; kid: string; epoch?: number }

const infoOf = (context: WrapFor): Uint8Array => utf8(`countersign wrap\0${canonicalJson(context)}`)

/** Seals a content key to one receiver: HPKE base mode (RFC 9180), bound by `info`. */
export async function wrapKey(c: CryptoPort, key: Uint8Array, to: PublicJwk, context: WrapFor): Promise<string> {
  const { enc, ct } = await c.hpkeSeal(to, { info: infoOf(context) }, key)
  return toBase64url(concat(enc, ct))
}

/** Null when it is not for this key or not of this message. */
export async function unwrapKey(
  c: CryptoPort,
  pair: KeyPair,
  wrap: string | Uint8Array,
  context: WrapFor,
): Promise<Uint8Array | null> {
  const bytes = typeof wrap === 'string' ? fromBase64url(wrap) : wrap
  if (bytes?.length !== WRAP_BYTES) return null
  const opened = await c.hpkeOpen(pair.sealPair, bytes.subarray(0, ENC), { info: infoOf(context) }, bytes.subarray(ENC))
  return opened?.plaintext ?? null
}
