import type { Device } from '#client/open-device.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { BlobRef } from '#protocol/statements/events.ts'
import { openBlob } from '#trust/blob.ts'

/** Content that was too large for a message: fetched, checked against the signed reference, opened. Errors: those of the call, `blob_mismatch`. */
export async function readBlobText({ context }: Device, ref: BlobRef): Promise<Result<string>> {
  const place = await context.relay.call('blob.read', { params: { id: ref.id } })
  if (!place.ok) return place
  try {
    const response = await fetch(place.value.url, { credentials: 'omit' })
    if (!response.ok) return refused('blob_not_found')
    const opened = await openBlob(context.crypto, ref, new Uint8Array(await response.arrayBuffer()))
    return opened.ok ? ok(new TextDecoder().decode(opened.value)) : opened
  } catch {
    return refused('relay_unreachable')
  }
}
