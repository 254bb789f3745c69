import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import { Spent } from '#protocol/statements/events.ts'
import { openAppendFile } from '../journal/append-file.ts'
import type { Disk } from '../journal/disk.ts'

/** What one turn of a task took: a line of `usage.jsonl` in the host's folder. `at` in epoch milliseconds. */
export const UsageEntry = z.strictObject({
  at: z.int(),
  task: z.string(),
  project: z.string(),
  /** The route that leads to this agent; null: the agent was chosen, or is the default. */
  route: z.nullable(z.string()),
  ...Spent.shape,
})
export type UsageEntry = z.infer<typeof UsageEntry>

export type UsageLog = {
  /** Durable when it resolves. */
  add(entry: UsageEntry): Promise<void>
  close(): Promise<void>
}

/** Opens the log for appending; the beginning of a line that a crash left is cut off. */
export async function openUsageLog(path: string, disk: Disk): Promise<UsageLog> {
  const content = await readFile(path).catch(() => Buffer.alloc(0))
  const file = await openAppendFile(path, content.lastIndexOf(10) + 1, disk)
  return { add: (entry) => file.append(`${JSON.stringify(entry)}\n`), close: file.close }
}

/** Reads the log, oldest first. What is no entry of this version is left out; no file: nothing was spent. */
export async function readUsage(path: string): Promise<UsageEntry[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  // What follows the last newline is no line.
  const lines = text.split('\n').slice(0, -1)
  return lines.flatMap((line) => {
    const read = UsageEntry.safeParse(parsed(line))
    return read.success ? [read.data] : []
  })
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
