import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { BlobRef } from '#protocol/statements/events.ts'
import { blobOverhead, openBlob } from '#trust/blob.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { type BlobStore, transfer } from './transfer-blob.ts'

/** The ciphertext that a signed reference names, whole and no longer than it says. Errors: those of the call, `blob_not_found`, `blob_mismatch`, `relay_unreachable`. */
export async function fetchBlob(
  relay: BlobStore,
  ref: BlobRef,
  signal?: AbortSignal,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const place = await relay.call('blob.read', { params: { id: ref.id }, ...(signal ? { signal } : {}) })
  if (!place.ok) return place
  const answer = await transfer(relay, place.value.url, {}, signal)
  if (!answer) return refused('relay_unreachable')
  if (!answer.ok || !answer.body) return refused('blob_not_found')
  const ciphertext = new Uint8Array(ref.bytes + blobOverhead)
  let length = 0
  try {
    for (const reader = answer.body.getReader(); ; ) {
      const { done, value } = await reader.read()
      if (done) break
      if (length + value.length > ciphertext.length) {
        await reader.cancel()
        return refused('blob_mismatch')
      }
      ciphertext.set(value, length)
      length += value.length
    }
  } catch {
    return refused('relay_unreachable')
  }
  return length === ciphertext.length ? ok(ciphertext) : refused('blob_mismatch')
}

/** Content by its signed reference: fetched, checked against it, opened. Errors: those of `fetchBlob` and `openBlob`. */
export async function readBlob(
  relay: BlobStore,
  crypto: CryptoPort,
  ref: BlobRef,
  signal?: AbortSignal,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const fetched = await fetchBlob(relay, ref, signal)
  return fetched.ok ? openBlob(crypto, ref, fetched.value) : fetched
}
