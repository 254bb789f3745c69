import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import canonicalize from 'canonicalize'
import type { Clock } from '#link/clock.ts'
import { ok, type Result } from '#protocol/errors.ts'
import type { AuditHead } from '#protocol/statements/audit-head.ts'
import { openAppendFile } from './append-file.ts'
import type { Disk } from './disk.ts'
import { type JournalEntry, JournalLine } from './journal-entry.ts'
import { hashLine, readJournal } from './journal-reader.ts'

/** The host's memory: append-only, hash-chained JSON Lines. An entry counts once `append` has resolved: it is on the disk. */
export type Journal = {
  append(entry: JournalEntry): Promise<void>
  /** The last line that is on the disk; null for none. */
  head(): AuditHead | null
  close(): Promise<void>
}

export type OpenedJournal = {
  journal: Journal
  lines: JournalLine[] /** Bytes of a torn last line that were cut off. */
  torn: number
}

/**
 * Opens the journal and reads all of it. A line torn by a crash is cut off; any other damage is refused as
 * `journal_damaged`: then nothing runs until somebody has looked.
 */
export async function openJournal(path: string, clock: Clock, disk: Disk): Promise<Result<OpenedJournal>> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  })
  const read = readJournal(content)
  if (!read.ok) return read
  const { lines, bytes } = read.value
  const file = await openAppendFile(path, bytes, disk)
  if (content.length === 0) await syncFolder(dirname(path))
  let n = lines.length
  let prev = read.value.head
  let durable: AuditHead | null = prev === null ? null : { n: n - 1, hash: prev }

  return ok({
    lines,
    torn: content.length - bytes,
    journal: {
      append(entry) {
        const line = canonicalize(JournalLine.parse({ n, prev, at: clock.now(), entry })) ?? ''
        const head = { n, hash: hashLine(line) }
        n += 1
        prev = head.hash
        const kept = file.append(`${line}\n`)
        kept.then(
          () => {
            if (durable === null || head.n > durable.n) durable = head
          },
          () => {},
        )
        return kept
      },
      head: () => durable,
      close: () => file.close(),
    },
  })
}

/** A new file's name is durable only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  await folder.sync().finally(() => folder.close())
}
