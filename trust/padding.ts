import { concat } from './bytes.ts'

/** Sizes of padded plaintext, in bytes, length prefix included: what a ciphertext tells is only its bucket. */
export const BUCKETS = [256, 1_024, 4_096, 16_384] as const
const PREFIX = 4

/** Length prefix (4 bytes, big endian), content, zeros up to the smallest bucket that holds it. Null when none does. */
export function pad(content: Uint8Array, buckets: readonly number[]): Uint8Array<ArrayBuffer> | null {
  const bucket = buckets.find((size) => content.length + PREFIX <= size)
  if (bucket === undefined) return null
  const prefix = new Uint8Array(PREFIX)
  new DataView(prefix.buffer).setUint32(0, content.length)
  return concat(prefix, content, new Uint8Array(bucket - PREFIX - content.length))
}

/** Null unless the length fits and everything after the content is zero. */
export function unpad(padded: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (padded.length < PREFIX) return null
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0)
  if (length > padded.length - PREFIX) return null
  if (padded.subarray(PREFIX + length).some((byte) => byte !== 0)) return null
  return new Uint8Array(padded.subarray(PREFIX, PREFIX + length))
}
