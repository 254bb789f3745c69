import { Readable, Writable } from 'node:stream'
import type { ReadableStream, WritableStream } from 'node:stream/web'
import type * as Acp from '@agentclientprotocol/sdk'
import type { ProcessGroup } from './process-group.ts'

/** An agent's standard input and output as the library wants them. A line of more than 16 MB ends it. */
export const acpStream = (acp: typeof Acp, { stdin, stdout }: ProcessGroup['child']): Acp.Stream =>
  acp.ndJsonStream(
    Writable.toWeb(stdin) as WritableStream<Uint8Array> as globalThis.WritableStream<Uint8Array>,
    Readable.toWeb(stdout) as ReadableStream<Uint8Array> as globalThis.ReadableStream<Uint8Array>,
    { maxMessageBytes: 16 * 1024 * 1024 },
  )
