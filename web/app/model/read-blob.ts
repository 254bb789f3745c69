import type { Device } from '#client/open-device.ts'
import { pause } from '#link/clock.ts'
import { fetchBlob } from '#link/read-blob.ts'
import type { Result } from '#protocol/errors.ts'
import type { BlobRef } from '#protocol/statements/events.ts'
import { openBlob } from '#trust/blob.ts'

/** Sealed content that was read before, as it came: under its hash, and of no use without the log that names its key. */
const CACHE = 'blobs'
/** How many stay, the newest. */
const MOST = 60
/** The host names content before it has brought all of it: how often and after how many milliseconds it is looked for again before that is said. */
const WAITS = [500, 1_000, 2_000, 4_000]

/** Content that was too large for a message: out of this device's cache or fetched, checked against the signed reference, opened. Errors: those of `fetchBlob`, `openBlob`. */
export async function readBlob({ context }: Device, ref: BlobRef): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const cache = await globalThis.caches?.open(CACHE).catch(() => null)
  const kept = await cache?.match(placeOf(ref))
  if (kept) {
    const opened = await openBlob(context.crypto, ref, new Uint8Array(await kept.arrayBuffer()))
    if (opened.ok) return opened
  }
  const fetched = await fetchSoon(context, ref)
  if (!fetched.ok) return fetched
  const opened = await openBlob(context.crypto, ref, fetched.value)
  if (opened.ok && cache) void keep(cache, ref, fetched.value).catch(() => undefined)
  return opened
}

export async function readBlobText(device: Device, ref: BlobRef): Promise<Result<string>> {
  const read = await readBlob(device, ref)
  return read.ok ? { ok: true, value: new TextDecoder().decode(read.value) } : read
}

async function fetchSoon({ relay, clock }: Device['context'], ref: BlobRef): Promise<Result<Uint8Array<ArrayBuffer>>> {
  for (let tries = 0; ; tries += 1) {
    const fetched = await fetchBlob(relay, ref)
    const waitMs = WAITS[tries]
    if (fetched.ok || fetched.code !== 'blob_not_found' || waitMs === undefined) return fetched
    await pause(clock, waitMs)
  }
}

const placeOf = ({ id }: BlobRef) => `/blobs/${id}`

async function keep(cache: Cache, ref: BlobRef, ciphertext: Uint8Array<ArrayBuffer>): Promise<void> {
  await cache.put(placeOf(ref), new Response(ciphertext))
  const places = await cache.keys()
  for (const old of places.slice(0, Math.max(places.length - MOST, 0))) await cache.delete(old)
}
