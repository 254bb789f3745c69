/** DER (X.690) as far as a certificate needs it: each function returns one encoded value. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Buffer.concat([Buffer.from(length < 128 ? [tag, length] : [tag, 0x80 | bytes.length, ...bytes]), content])
}

export const sequence = (...contents: readonly Uint8Array[]) => der(0x30, ...contents)
export const set = (...contents: readonly Uint8Array[]) => der(0x31, ...contents)
export const utf8 = (text: string) => der(0x0c, Buffer.from(text))
export const octets = (...contents: readonly Uint8Array[]) => der(0x04, ...contents)
export const bits = (bytes: Uint8Array, unused = 0) => der(0x03, Buffer.from([unused]), bytes)
export const truth = () => der(0x01, Buffer.from([0xff]))

/** A positive integer, from its big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes[0] ?? 0
  return der(0x02, ...(first > 127 ? [Buffer.from([0])] : []), bytes)
}

export function objectId(dotted: string): Buffer {
  const [a = 0, b = 0, ...rest] = dotted.split('.').map(Number)
  const arcs = rest.flatMap((arc) => {
    const groups = [arc & 127]
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift(128 | (left & 127))
    return groups
  })
  return der(0x06, Buffer.from([a * 40 + b, ...arcs]))
}

/** UTCTime up to 2049, as RFC 5280 section 4.1.2.5 wants it; milliseconds since the epoch. */
export function time(at: number): Buffer {
  const text = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')
  return der(0x17, Buffer.from(text.slice(2)))
}
