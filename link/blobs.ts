import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { BlobRef } from '#protocol/statements/events.ts'
import { blobOverhead, openBlob } from '#trust/blob.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import type { Relay } from './relay-http.ts'

type Place = Pick<Relay, 'call' | 'fetch'>

/** Milliseconds that one transfer may take: as long as its address lives. */
const patienceMs = 300_000

/** Brings ciphertext to the blob store under its id. What is there already is not sent again. Errors: those of the call, `blob_mismatch`, `relay_unreachable`. */
export async function storeBlob(
  relay: Place,
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

/** The ciphertext that a signed reference names, whole and no longer than it says. Errors: those of the call, `blob_not_found`, `blob_mismatch`, `relay_unreachable`. */
export async function fetchBlob(
  relay: Place,
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
  relay: Place,
  crypto: CryptoPort,
  ref: BlobRef,
  signal?: AbortSignal,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const fetched = await fetchBlob(relay, ref, signal)
  return fetched.ok ? openBlob(crypto, ref, fetched.value) : fetched
}

/** Null: nobody answered. */
async function transfer(
  { fetch }: Place,
  url: string,
  init: RequestInit,
  signal: AbortSignal | undefined,
): Promise<Response | null> {
  const late = AbortSignal.timeout(patienceMs)
  const stop = signal ? AbortSignal.any([signal, late]) : late
  try {
    return await fetch(url, { ...init, credentials: 'omit', redirect: 'error', signal: stop })
  } catch {
    return null
  }
}
