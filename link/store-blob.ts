import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { type BlobStore, transfer } from './transfer-blob.ts'

/** Brings ciphertext to the blob store under its id. What is there already is not sent again. Errors: those of the call, `blob_mismatch`, `relay_unreachable`. */
export async function storeBlob(
  relay: BlobStore,
  id: string,
  ciphertext: Uint8Array<ArrayBuffer>,
  signal?: AbortSignal,
): Promise<Result<void>> {
  const place = await relay.call('blob.write', {
    body: { id, bytes: ciphertext.length },
    ...(signal ? { signal } : {}),
  })
  if (!place.ok) return place
  if (place.value.url === null) return ok(undefined)
  const answer = await transfer(relay, place.value.url, { method: 'PUT', body: ciphertext }, signal)
  if (answer?.ok) return ok(undefined)
  return refused(answer?.status === 409 ? 'blob_mismatch' : 'relay_unreachable')
}
