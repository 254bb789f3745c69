import type { Device } from '#client/open-device.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { BlobRef } from '#protocol/statements/events.ts'
import { openBlob } from '#trust/blob.ts'

/** Content that was too large for a message: fetched, checked against the signed reference, opened. Errors: those of the call, `blob_mismatch`. */
export async function readBlob({ context }: Device, ref: BlobRef): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const place = await context.relay.call('blob.read', { params: { id: ref.id } })
  if (!place.ok) return place
  try {
    const response = await fetch(place.value.url, { credentials: 'omit' })
    if (!response.ok) return refused('blob_not_found')
    return await openBlob(context.crypto, ref, new Uint8Array(await response.arrayBuffer()))
  } catch {
    return refused('relay_unreachable')
  }
}

export async function readBlobText(device: Device, ref: BlobRef): Promise<Result<string>> {
  const read = await readBlob(device, ref)
  return read.ok ? ok(new TextDecoder().decode(read.value)) : read
}
