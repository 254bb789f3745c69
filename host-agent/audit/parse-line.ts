import { JournalLine } from '../journal/journal-entry.ts'

/** A line of the journal; null for what is none. */
export function parseLine(bytes: Buffer): JournalLine | null {
  try {
    return JournalLine.safeParse(JSON.parse(bytes.toString('utf8'))).data ?? null
  } catch {
    return null
  }
}
