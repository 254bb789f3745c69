import type * as z from 'zod/mini'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { BlobRef } from '#protocol/statements/events.ts'
import { concat, fromBase64url, toBase64url, utf8 } from './bytes.ts'
import type { CryptoPort } from './crypto.ts'
import { sha256 } from './hash.ts'

type Ref = z.infer<typeof BlobRef>
const NONCE = 12
/** Bytes by which ciphertext is longer than its content: nonce and tag. */
export const blobOverhead = NONCE + 16
const AAD = utf8('countersign blob\0')

/** Seals content for the blob store under a key of its own. The reference, which holds key and hashes, travels in a signed message. `bytes` counts plaintext. */
export async function sealBlob(
  c: CryptoPort,
  content: Uint8Array,
): Promise<{ ref: Ref; ciphertext: Uint8Array<ArrayBuffer> }> {
  const key = c.random(32)
  const nonce = c.random(NONCE)
  const ciphertext = concat(nonce, await c.aesSeal(key, nonce, AAD, content))
  const ref = {
    id: `blb_${await sha256(c, ciphertext)}`,
    bytes: content.length,
    sha256: await sha256(c, content),
    key: toBase64url(key),
  }
  return { ref, ciphertext }
}

/** Errors: `blob_mismatch` (not what the signed reference says), `envelope_unreadable`. */
export async function openBlob(
  c: CryptoPort,
  ref: Ref,
  ciphertext: Uint8Array,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  if (`blb_${await sha256(c, ciphertext)}` !== ref.id) return refused('blob_mismatch')
  const key = fromBase64url(ref.key)
  if (key?.length !== 32) return refused('envelope_unreadable')
  const content = await c.aesOpen(key, ciphertext.subarray(0, NONCE), AAD, ciphertext.subarray(NONCE))
  if (!content) return refused('envelope_unreadable')
  return content.length === ref.bytes && (await sha256(c, content)) === ref.sha256
    ? ok(content)
    : refused('blob_mismatch')
}
