/** The little of Protocol Buffers' encoding that Google's push protocols need. Field values are those of one message, in order of arrival. */

export type Fields = Map<number, (bigint | Buffer)[]>

export function varint(value: number | bigint): Buffer {
  const bytes: number[] = []
  let left = BigInt(value)
  do {
    const low = Number(left & 127n)
    left >>= 7n
    bytes.push(left ? low | 128 : low)
  } while (left)
  return Buffer.from(bytes)
}

export const numberField = (field: number, value: number | bigint) => Buffer.concat([varint(field << 3), varint(value)])

export function fixed64Field(field: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return Buffer.concat([varint((field << 3) | 1), bytes])
}

export function bytesField(field: number, value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes])
}

/** A varint and the position after it; null when its end isn't there yet. */
export function readVarint(bytes: Buffer, start: number): { value: bigint; end: number } | null {
  let value = 0n
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    value |= BigInt(byte & 127) << BigInt(7 * (at - start))
    if (!(byte & 128)) return { value, end: at + 1 }
  }
  return null
}

export function decodeFields(bytes: Buffer): Fields {
  const fields: Fields = new Map()
  for (let at = 0; at < bytes.length; ) {
    const key = mustVarint(bytes, at)
    const field = Number(key.value >> 3n)
    const { value, end } = readValue(bytes, key.end, Number(key.value & 7n))
    fields.set(field, [...(fields.get(field) ?? []), value])
    at = end
  }
  return fields
}

function readValue(bytes: Buffer, at: number, wireType: number): { value: bigint | Buffer; end: number } {
  if (wireType === 0) return mustVarint(bytes, at)
  if (wireType === 1) return { value: bytes.readBigUInt64LE(at), end: at + 8 }
  if (wireType === 5) return { value: BigInt(bytes.readUInt32LE(at)), end: at + 4 }
  if (wireType !== 2) throw new Error(`wire type ${wireType} is not used by these protocols`)
  const length = mustVarint(bytes, at)
  const end = length.end + Number(length.value)
  return { value: bytes.subarray(length.end, end), end }
}

function mustVarint(bytes: Buffer, at: number) {
  const read = readVarint(bytes, at)
  if (!read) throw new Error('the message ends within a number')
  return read
}
