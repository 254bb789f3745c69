/** The little of DER (ITU-T X.690) that a certificate needs: each function returns one encoded value. */

const value = (tag: number, content: Uint8Array) =>
  Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content])

function lengthOf(length: number): Buffer {
  if (length < 128) return Buffer.from([length])
  const bytes = Buffer.from(length.toString(16).padStart(length > 255 ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes])
}

export const sequence = (...items: Uint8Array[]) => value(0x30, Buffer.concat(items))
export const set = (...items: Uint8Array[]) => value(0x31, Buffer.concat(items))
export const octets = (bytes: Uint8Array) => value(0x04, bytes)
export const bits = (bytes: Uint8Array) => value(0x03, Buffer.concat([Buffer.from([0]), bytes]))
export const text = (string: string) => value(0x0c, Buffer.from(string))
export const yes = value(0x01, Buffer.from([0xff]))

/** An unsigned integer, big-endian. A leading zero keeps a high first bit from meaning a minus. */
export const integer = (bytes: Uint8Array) =>
  value(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)

/** UTCTime, good until 2049. */
export const time = (epochMs: number) =>
  value(0x17, Buffer.from(`${new Date(epochMs).toISOString().slice(2, 19).replaceAll(/\D/g, '')}Z`))

/** An explicitly tagged value. */
export const explicit = (number: number, item: Uint8Array) => value(0xa0 | number, item)

/** An implicitly tagged primitive value. */
export const implicit = (number: number, content: Uint8Array) => value(0x80 | number, content)

/** An object identifier in its dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap((part) => {
    const groups = [part & 127]
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128)
    return groups
  })
  return value(0x06, Buffer.from(bytes))
}
