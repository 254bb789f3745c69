import { createHash } from 'node:crypto'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { JournalLine } from './journal-entry.ts'

export type JournalContents = {
  lines: JournalLine[]
  /** Hash of the last line; null for an empty journal. */
  head: string | null
  /** Bytes that belong to whole lines. What follows them was torn by a crash and is to be cut off. */
  bytes: number
}

/** SHA-256("countersign journal\0" ‖ line), base64url: what the next line carries as `prev`. */
export const hashLine = (line: string | Uint8Array): string =>
  createHash('sha256').update('countersign journal\0').update(line).digest('base64url')

/**
 * Reads a journal and verifies its chain. Only a last line without its newline is forgiven: a crash tears the end of a
 * write, nothing else does. Errors: `journal_damaged`, with the line's number counted from 1.
 */
export function readJournal(content: Uint8Array): Result<JournalContents> {
  const lines: JournalLine[] = []
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  let head: string | null = null
  let start = 0
  for (let end = buffer.indexOf(10, start); end !== -1; end = buffer.indexOf(10, start)) {
    const line = buffer.toString('utf8', start, end)
    const parsed = parseLine(line)
    if (!parsed || parsed.n !== lines.length || parsed.prev !== head) {
      return refused('journal_damaged', `line ${lines.length + 1}`)
    }
    lines.push(parsed)
    head = hashLine(buffer.subarray(start, end))
    start = end + 1
  }
  return ok({ lines, head, bytes: start })
}

function parseLine(line: string): JournalLine | null {
  try {
    const parsed = JournalLine.safeParse(JSON.parse(line))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
