import { setImmediate } from 'node:timers/promises'
import type { BlobRef } from '#protocol/statements/events.ts'
import type { Redactor } from '../secrets/redact.ts'
import { createRedactStream } from '../secrets/redact-stream.ts'
import type { BlobOutbox } from './blob-outbox.ts'

/** Characters that are looked through at once: a few milliseconds, and then it is another task's turn. */
const pieceChars = 32_768

/** What one task puts into the blob store. */
export type TaskArtifacts = {
  /** A text of any length without its secrets. */
  clean(text: string): Promise<string>
  /** See `BlobOutbox.put`. A text has to be clean. */
  keep(content: string | Uint8Array, instead?: string): Promise<BlobRef | null>
}

export function taskArtifacts(blobs: BlobOutbox, redactor: Redactor): TaskArtifacts {
  return {
    async clean(text) {
      const stream = createRedactStream(redactor)
      let clear = ''
      for (let at = 0; at < text.length; at += pieceChars) {
        clear += stream.take(text.slice(at, at + pieceChars))
        await setImmediate()
      }
      return clear + stream.end()
    },
    keep: (content, instead) => blobs.put(typeof content === 'string' ? Buffer.from(content) : content, instead),
  }
}
