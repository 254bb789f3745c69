import { limits } from '#protocol/limits.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'

/** Bytes of events that fit one sealed batch: its JWS adds a third, a header, a signature and the batch's own fields. */
const batchBytes = Math.floor(((limits.sealedBytes - 500) * 3) / 4) - 300
const batchEvents = 200
/** A stretch of text is split so that it fits a batch even when every character takes six bytes of JSON. */
const textChars = 1_900

/**
 * The events of the next batch: as many as fit, neighbours that continue one another joined. `taken` counts how many of the given
 * ones are in it.
 */
export function fitEvents(waiting: readonly TaskEvent[]): { events: TaskEvent[]; taken: number } {
  const events: TaskEvent[] = []
  let bytes = 0
  let taken = 0
  for (const event of waiting) {
    const last = events.at(-1)
    const joined = last ? join(last, event) : null
    const size = Buffer.byteLength(JSON.stringify(joined ?? event)) + 1
    const before = joined && last ? Buffer.byteLength(JSON.stringify(last)) + 1 : 0
    if (taken > 0 && (bytes - before + size > batchBytes || (!joined && events.length >= batchEvents))) break
    if (joined) events[events.length - 1] = joined
    else events.push(event)
    bytes += size - before
    taken += 1
  }
  return { events, taken }
}

/** Cuts what would never fit; all else goes through as it is. */
export function splitEvent(event: TaskEvent): TaskEvent[] {
  if ((event.type === 'message' || event.type === 'output') && event.text.length > textChars) {
    const parts: TaskEvent[] = []
    for (let at = 0; at < event.text.length; ) {
      // A surrogate pair is one character: it is not cut in two.
      const code = event.text.charCodeAt(at + textChars - 1)
      const end = at + textChars - (code >= 0xd800 && code < 0xdc00 ? 1 : 0)
      parts.push({ ...event, text: event.text.slice(at, end) })
      at = end
    }
    return parts
  }
  if (Buffer.byteLength(JSON.stringify(event)) <= batchBytes) return [event]
  if (event.type === 'approval')
    return [{ type: 'approval', at: event.at, approval: event.approval, state: event.state }]
  if (event.type === 'diff') return [fitDiff(event)]
  if (event.type === 'plan') return [{ ...event, entries: event.entries.slice(0, 8) }]
  if (event.type === 'tests') return [{ ...event, failures: [] }]
  if (event.type === 'title')
    return [{ ...event, text: event.text.slice(0, 1_500), project: event.project.slice(0, 300) }]
  if (event.type === 'tool')
    return [
      {
        type: 'tool',
        at: event.at,
        key: event.key,
        title: event.title.slice(0, 1_000),
        kind: event.kind,
        status: event.status,
      },
    ]
  return [
    { type: 'notice', at: event.at, code: 'body_too_large', text: 'Something too large to be shown was left out.' },
  ]
}

/** As many of the files as fit beside the patch; `total` says how many there are, and the patch has them all. */
function fitDiff(event: Extract<TaskEvent, { type: 'diff' }>): TaskEvent {
  const { patch, ...rest } = event
  const bare = { ...event, files: [] }
  let bytes = Buffer.byteLength(JSON.stringify(bare))
  if (bytes > batchBytes) return fitDiff(rest)
  const files = event.files.filter((file) => {
    bytes += Buffer.byteLength(JSON.stringify(file)) + 1
    return bytes <= batchBytes
  })
  return { ...bare, files }
}

function join(a: TaskEvent, b: TaskEvent): TaskEvent | null {
  if (a.type === 'message' && b.type === 'message' && a.role === b.role && a.text.length + b.text.length <= 4_000) {
    return { ...a, text: a.text + b.text }
  }
  if (
    a.type === 'output' &&
    b.type === 'output' &&
    a.key === b.key &&
    a.stream === b.stream &&
    a.text.length + b.text.length <= 4_000
  ) {
    return { ...a, text: a.text + b.text }
  }
  return null
}
