import { fdatasync, write } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { type Disk, isFullDisk } from './disk.ts'

/**
 * A file that only grows. `append` resolves when the bytes are on the disk (fdatasync): what was asked for while a sync
 * was under way shares the next one, in the order of the calls. What the disk has no room for waits until there is some. After a write that fails
 * for another reason every later one fails too, because the file's end is no longer known. What is appended after `close` never resolves: it is not on the disk, and nothing
 * that depends on it goes on.
 */
export type AppendFile = { append(line: string): Promise<void>; close(): Promise<void> }

/** Opens the file (0600), cuts it to `bytes` and appends from there. */
export async function openAppendFile(path: string, bytes: number, disk: Disk): Promise<AppendFile> {
  const file = await open(path, 'a', 0o600)
  if ((await file.stat()).size !== bytes) await file.truncate(bytes)
  let waiting: { line: string; done: () => void; failed: (error: unknown) => void }[] = []
  let writing: Promise<void> | null = null
  /** Bytes of whole lines that are on the disk. */
  let size = bytes
  const closing = new AbortController()
  let isClosed = false

  /** Written whole and synced, or not at all. */
  async function keep(content: Buffer): Promise<void> {
    for (;;) {
      try {
        await writeAll(file, content)
        await sync(file)
        size += content.length
        disk.written(closing)
        return
      } catch (error) {
        if (!isFullDisk(error) || closing.signal.aborted) throw error
        await file.truncate(size)
        await disk.wait(closing, closing.signal)
      }
    }
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      try {
        await keep(Buffer.from(group.map(({ line }) => line).join('')))
        for (const { done } of group) done()
      } catch (error) {
        for (const { failed } of [...group, ...waiting]) failed(error)
        waiting = []
        throw error
      }
    }
    writing = null
  }

  return {
    append(line) {
      if (isClosed) return new Promise(() => {})
      const durable = new Promise<void>((done, failed) => {
        waiting.push({ line, done, failed })
        // Not at once: what is appended in the same breath (a decision, then its CONSUME) shares one sync.
        writing ??= Promise.resolve().then(drain)
        writing.catch(failed)
      })
      // Who only notes something does not wait for it; whatever depends on the disk does, and fails with every write after the first that failed.
      durable.catch(() => {})
      return durable
    },
    async close() {
      closing.abort()
      for (let last: Promise<void> | null = null; writing !== last; ) {
        last = writing
        await last?.catch(() => {})
      }
      isClosed = true
      await file.close()
    },
  }
}

/** The callback form has less overhead than FileHandle's: this is on the path from the tap to the release. */
const sync = (file: FileHandle) =>
  new Promise<void>((done, failed) => fdatasync(file.fd, (error) => (error ? failed(error) : done())))

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    written += await new Promise<number>((done, failed) =>
      write(file.fd, bytes, written, bytes.length - written, null, (error, count) =>
        error ? failed(error) : done(count),
      ),
    )
  }
}
