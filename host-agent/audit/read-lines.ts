import { createReadStream } from 'node:fs'

/** One whole line of a file, without its newline; `end` is the number of bytes up to and with it. */
export type FileLine = { bytes: Buffer; end: number }

/** Reads a file line by line, however large it is. What follows the last newline is no line. */
export async function* readLines(path: string): AsyncGenerator<FileLine> {
  let left: Buffer = Buffer.alloc(0)
  let end = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const content = left.length === 0 ? (chunk as Buffer) : Buffer.concat([left, chunk as Buffer])
    let start = 0
    for (let at = content.indexOf(10); at !== -1; at = content.indexOf(10, start)) {
      end += at + 1 - start
      yield { bytes: content.subarray(start, at), end }
      start = at + 1
    }
    left = content.subarray(start)
  }
}
