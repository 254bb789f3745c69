import type { TaskEvent } from '#protocol/statements/events.ts'
import type { Redactor } from '../secrets/redact.ts'
import { createRedactStream, type RedactStream } from '../secrets/redact-stream.ts'
import type { TaskArtifacts } from './task-artifacts.ts'

/** Characters that are kept of one task beyond its log, all streams together. */
export const restChars = 8_000_000

type Streamed = Extract<TaskEvent, { type: 'message' | 'output' }>
type Rest = { stream: RedactStream; pieces: string[]; name: string }

/** What a command writes beyond the bounds of its task's log: kept without its secrets, and told as a file when the command has ended. */
export type LogRest = {
  /** `begun`: the stream of what was shown before, which may hold the beginning of a secret. */
  add(event: Streamed, text: string, begun: RedactStream | null): void
  /** What a tool is called, and that it has ended. */
  hear(event: TaskEvent): void
  /** Everything that is kept is told. */
  settle(): Promise<void>
}

export function createLogRest(
  artifacts: TaskArtifacts,
  redactor: Redactor,
  tell: (event: Omit<Extract<TaskEvent, { type: 'artifact' }>, 'at'>) => void,
): LogRest {
  const rests = new Map<string, Rest>()
  const titles = new Map<string, string>()
  let chars = 0
  let telling: Promise<void> = Promise.resolve()

  function finish(key: string): void {
    const rest = rests.get(key)
    if (!rest) return
    rests.delete(key)
    telling = telling.then(async () => {
      const blob = await artifacts.keep(rest.pieces.join('') + rest.stream.end())
      if (blob) tell({ type: 'artifact', kind: 'log', name: rest.name, mime: 'text/plain', blob })
    })
  }

  return {
    add(event, text, begun) {
      const key = event.type === 'output' ? event.key : event.role
      const piece = text.slice(0, restChars - chars)
      if (piece === '') return
      chars += piece.length
      const title = redactor.redact(titles.get(key) ?? key).slice(0, 200)
      const rest = rests.get(key) ?? { stream: begun ?? createRedactStream(redactor), pieces: [], name: `${title}.log` }
      rests.set(key, rest)
      rest.pieces.push(rest.stream.take(piece))
    },
    hear(event) {
      if (event.type !== 'tool') return
      if (event.status === 'pending' || event.status === 'running') titles.set(event.key, event.title)
      else {
        finish(event.key)
        titles.delete(event.key)
      }
    },
    settle() {
      for (const key of rests.keys()) finish(key)
      return telling
    },
  }
}
