/** What the beginning of a TLS connection says. `more`: it isn't all there yet. `not-tls` and `bad` are closed by whoever expects TLS. */
export type HelloReading =
  | { state: 'more' }
  | { state: 'not-tls' }
  | { state: 'bad' }
  | { state: 'hello'; serverName: string | null }

/** Bytes that a ClientHello may take with all its records; today's largest, with post-quantum keys, take about 2 kB. */
export const helloMost = 65_536

/**
 * Reads the server name out of a ClientHello (RFC 8446 section 4.1.2, RFC 6066 section 3), put together over TLS records: a reader of
 * the first record only is passed by splitting it. Anything that a strict reader can't make sense of is `bad`.
 */
export function readClientHello(bytes: Buffer): HelloReading {
  if (bytes.length === 0) return { state: 'more' }
  if (bytes[0] !== 22) return { state: 'not-tls' }
  const parts: Buffer[] = []
  let have = 0
  let need = 4
  for (let at = 0; have < need; ) {
    if (at + 5 > bytes.length) return { state: at > helloMost ? 'bad' : 'more' }
    const length = bytes.readUInt16BE(at + 3)
    if (bytes[at] !== 22 || bytes[at + 1] !== 3 || length === 0 || length > 16_384) return { state: 'bad' }
    const part = bytes.subarray(at + 5, at + 5 + length)
    parts.push(part)
    have += part.length
    if (need === 4 && have >= 4) {
      const head = Buffer.concat(parts)
      need = 4 + head.readUIntBE(1, 3)
      if (head[0] !== 1 || need > helloMost) return { state: 'bad' }
    }
    if (part.length < length && have < need) return { state: 'more' }
    at += 5 + length
  }
  const serverName = serverNameOf(Buffer.concat(parts).subarray(4, need))
  return serverName === undefined ? { state: 'bad' } : { state: 'hello', serverName }
}

/** Undefined: malformed. Null: a well-formed hello without a server name. */
function serverNameOf(body: Buffer): string | null | undefined {
  const reader = readerOf(body)
  if (reader.skip(2 + 32) && reader.vector(1) && reader.vector(2) && reader.vector(1)) {
    if (reader.isAtEnd()) return null
    const extensions = reader.vector(2)
    if (!extensions || !reader.isAtEnd()) return undefined
    return nameIn(readerOf(extensions))
  }
  return undefined
}

function nameIn(extensions: Reader): string | null | undefined {
  let name: string | null = null
  const seen = new Set<number>()
  while (!extensions.isAtEnd()) {
    const type = extensions.number(2)
    const value = extensions.vector(2)
    // Two of a kind are forbidden, and two readers might take different ones.
    if (type === undefined || !value || seen.has(type)) return undefined
    seen.add(type)
    if (type !== 0) continue
    const outer = readerOf(value)
    const list = outer.vector(2)
    if (!list || !outer.isAtEnd()) return undefined
    const entry = readerOf(list)
    const kind = entry.number(1)
    const host = entry.vector(2)
    if (kind !== 0 || !host || host.length === 0 || !entry.isAtEnd()) return undefined
    name = host.toString('latin1')
    if (!/^[A-Za-z0-9._-]+$/.test(name)) return undefined
  }
  return name
}

type Reader = {
  isAtEnd(): boolean
  skip(bytes: number): boolean
  number(bytes: number): number | undefined
  /** A vector with its length before it in so many bytes. */
  vector(lengthBytes: number): Buffer | undefined
}

function readerOf(bytes: Buffer): Reader {
  let at = 0
  const reader: Reader = {
    isAtEnd: () => at === bytes.length,
    skip(count) {
      if (at + count > bytes.length) return false
      at += count
      return true
    },
    number(count) {
      if (at + count > bytes.length) return undefined
      at += count
      return bytes.readUIntBE(at - count, count)
    },
    vector(lengthBytes) {
      const length = reader.number(lengthBytes)
      if (length === undefined || at + length > bytes.length) return undefined
      at += length
      return bytes.subarray(at - length, at)
    },
  }
  return reader
}
