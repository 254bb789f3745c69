import type { TaskEvent } from '#protocol/statements/events.ts'
import type { Redactor } from './redact.ts'
import { createRedactStream, type RedactStream } from './redact-stream.ts'

type Streamed = Extract<TaskEvent, { type: 'message' | 'output' }>
type Held = { stream: RedactStream; last: Streamed }

/** What of a task leaves the host: every text without its secrets, also where they come in pieces. `end` gives what was held back. */
export type EventRedactor = {
  take(event: TaskEvent): TaskEvent[]
  /** What follows this text is never shown, so what was held back for it is not either: it may be the beginning of a secret. Its stream goes on elsewhere, or nowhere. */
  forget(event: TaskEvent): RedactStream | null
  end(): TaskEvent[]
}

export function createEventRedactor(redactor: Redactor): EventRedactor {
  const held = new Map<string, Held>()

  function flush(fits: (event: Streamed) => boolean): TaskEvent[] {
    return [...held].flatMap(([key, { stream, last }]) => {
      if (!fits(last)) return []
      held.delete(key)
      const text = stream.end()
      return text === '' ? [] : [{ ...last, text }]
    })
  }

  function stream(event: Streamed): TaskEvent[] {
    const key = keyOf(event)
    const one = held.get(key) ?? { stream: createRedactStream(redactor), last: event }
    held.set(key, { ...one, last: event })
    const text = one.stream.take(event.text)
    return text === '' ? [] : [{ ...event, text }]
  }

  return {
    take(event) {
      if (event.type === 'output') return stream(event)
      // What a person writes comes whole.
      if (event.type === 'message' && event.role !== 'person')
        return [...flush((other) => other.type === 'message' && other.role !== event.role), ...stream(event)]
      return [...flush(endedBy(event)), redactEvent(event, redactor)]
    },
    forget(event) {
      if (event.type !== 'output' && event.type !== 'message') return null
      const left = held.get(keyOf(event))?.stream ?? null
      held.delete(keyOf(event))
      return left
    },
    end: () => flush(() => true),
  }
}

const keyOf = (event: Streamed) =>
  event.type === 'output' ? `output ${event.stream} ${event.key}` : `message ${event.role}`

/** Whether nothing can come any more that belongs to the text before. Facts of the host come in between at any time. */
function endedBy(event: TaskEvent): (held: Streamed) => boolean {
  switch (event.type) {
    case 'state':
      return (held) => held.type === 'message' || ['completed', 'failed', 'canceled', 'rejected'].includes(event.state)
    case 'tool':
      return (held) =>
        held.type === 'message' ||
        (held.key === event.key && ['completed', 'failed', 'canceled'].includes(event.status))
    case 'message':
      return (held) => held.type === 'message'
    case 'notice':
      // Another model or agent goes on: what the one before had begun to say is all there is of it.
      return (held) => held.type === 'message' && ['model_failed', 'route'].includes(event.code)
    default:
      return () => false
  }
}

function redactEvent(event: TaskEvent, { redact: redactWhole, redactPath }: Redactor): TaskEvent {
  const redact = (text: string) => redactWhole(withoutStump(text))
  switch (event.type) {
    case 'title':
    case 'message':
    case 'output':
    case 'notice':
      return { ...event, text: redact(event.text) }
    case 'tool':
      return {
        ...event,
        title: redact(event.title),
        ...(event.paths === undefined ? {} : { paths: event.paths.map(redactPath) }),
        ...(event.detail === undefined ? {} : { detail: redact(event.detail) }),
      }
    case 'plan':
      return { ...event, entries: event.entries.map((entry) => ({ ...entry, content: redact(entry.content) })) }
    case 'tests':
      return {
        ...event,
        failures: event.failures.map(({ name, message, place }) => ({
          name: redact(name),
          message: redact(message),
          ...(place === undefined ? {} : { place: redactPath(withoutStump(place)) }),
        })),
        ...(event.newlyFailing === undefined ? {} : { newlyFailing: event.newlyFailing.map(redact) }),
        ...(event.newlyPassing === undefined ? {} : { newlyPassing: event.newlyPassing.map(redact) }),
      }
    case 'state':
    case 'refused':
      return event.detail === undefined ? event : { ...event, detail: redact(event.detail) }
    case 'diff':
      return {
        ...event,
        files: event.files.map((file) => ({
          ...file,
          path: redactPath(file.path),
          ...(file.from === undefined ? {} : { from: redactPath(file.from) }),
        })),
        ...(event.patch === undefined ? {} : { patch: redact(event.patch) }),
      }
    case 'artifact':
      return { ...event, name: redact(event.name) }
    // Signed statements: built from what was redacted before.
    case 'approval':
    case 'receipt':
      return event
    case 'usage':
      return event.model === undefined ? event : { ...event, model: redact(event.model) }
    default:
      return event satisfies never
  }
}

/** Lengths at which drivers cut texts. */
const cuts = new Set([500, 1_000, 2_000, 8_000, 12_000])

/** A text that was cut may end with the beginning of a secret, which has no form any more: its last word goes. */
const withoutStump = (text: string): string => (cuts.has(text.length) ? `${text.replace(/\S{1,500}$/, '')}…` : text)
