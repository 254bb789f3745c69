/**
 * Reads the headers of WebSocket frames (RFC 6455 section 5.2) as bytes pass by, and says the length of each payload. API Gateway limits frames, and `ws`
 * only messages, which may be made of several.
 */
export function frameSizes(onFrame: (payloadBytes: number) => void): (chunk: Buffer) => void {
  let header = Buffer.alloc(0)
  let skip = 0
  return (chunk) => {
    let rest = chunk
    while (rest.length > 0) {
      if (skip > 0) {
        const skipped = Math.min(skip, rest.length)
        skip -= skipped
        rest = rest.subarray(skipped)
        continue
      }
      const before = header.length
      header = Buffer.concat([header, rest.subarray(0, 14 - before)])
      const read = readHeader(header)
      if (!read) return
      rest = rest.subarray(read.headerBytes - before)
      header = Buffer.alloc(0)
      skip = read.payloadBytes
      onFrame(read.payloadBytes)
    }
  }
}

function readHeader(bytes: Buffer): { headerBytes: number; payloadBytes: number } | null {
  if (bytes.length < 2) return null
  const second = bytes.readUInt8(1)
  const mask = second & 0x80 ? 4 : 0
  const short = second & 0x7f
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0
  const headerBytes = 2 + extended + mask
  if (bytes.length < headerBytes) return null
  const payloadBytes =
    extended === 2 ? bytes.readUInt16BE(2) : extended === 8 ? Number(bytes.readBigUInt64BE(2)) : short
  return { headerBytes, payloadBytes }
}
