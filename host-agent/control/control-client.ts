import { createConnection } from 'node:net'
import { createInterface } from 'node:readline'
import { ok, type Result, refused } from '#protocol/errors.ts'
import type { ControlEvent, ControlRequest } from './control.ts'
import { controlPath } from './control-path.ts'

/** A conversation with the host agent that runs on this machine. */
export type Control = {
  send(request: ControlRequest): void
  /** Its answers, one by one; ends when the host agent hangs up. */
  events: AsyncIterable<ControlEvent>
  close(): void
}

/** Connects to the host agent of this home folder. Errors: `host_not_running` when none runs. */
export function connectControl(home: string): Promise<Result<Control>> {
  return new Promise((resolve) => {
    const socket = createConnection(controlPath(home))
    socket.once('error', () => resolve(refused('host_not_running')))
    socket.once('connect', () => {
      socket.on('error', () => {})
      const lines = createInterface({ input: socket })
      // It does not see by itself that we hung up.
      socket.on('close', () => lines.close())
      resolve(
        ok({
          send: (request) => void socket.write(`${JSON.stringify(request)}\n`),
          events: readEvents(lines),
          close: () => socket.destroy(),
        }),
      )
    })
  })
}

async function* readEvents(lines: AsyncIterable<string>): AsyncGenerator<ControlEvent> {
  try {
    for await (const line of lines) yield JSON.parse(line) as ControlEvent
  } catch {
    // It was cut off: for whoever reads, the host agent has ended.
  }
}
