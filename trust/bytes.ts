const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text)

/** Null for bytes that are not UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

export function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const alphabet = utf8('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')

/** base64url without padding, RFC 4648 section 5. By table: making the string of characters that `btoa` takes costs many times as much. */
export function toBase64url(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3))
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const three = (byteAt(bytes, from) << 16) | (byteAt(bytes, from + 1) << 8) | byteAt(bytes, from + 2)
    // What would stand behind the end is dropped by the array.
    text[to] = byteAt(alphabet, three >> 18)
    text[to + 1] = byteAt(alphabet, (three >> 12) & 63)
    text[to + 2] = byteAt(alphabet, (three >> 6) & 63)
    text[to + 3] = byteAt(alphabet, three & 63)
  }
  return decoder.decode(text)
}

const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0

/** Null for anything but the one canonical spelling: no padding, no foreign characters, no stray bits in the last one. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at)
  return text.length % 4 !== 0 && toBase64url(bytes.subarray(bytes.length - (bytes.length % 3))) !== lastQuantum(text)
    ? null
    : bytes
}

const lastQuantum = (text: string): string => text.slice(text.length - (text.length % 4))

/** Same length and same bytes, in time that does not depend on where they differ. */
export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length
  for (let at = 0; at < one.length; at += 1) difference |= (one[at] ?? 0) ^ (other[at] ?? 0)
  return difference === 0
}
