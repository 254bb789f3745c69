import { terminalStates } from '#protocol/records.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'

/** What one task's log takes of what an agent and its commands write, in characters: enough to read for a day, little enough for a phone and for the host's memory. */
export const logLimits = {
  /** One command's output, or one kind of an agent's messages. */
  stream: 1_000_000,
  /** All of them. */
  text: 4_000_000,
  /** Everything else that an agent causes as often as it likes: steps, plans, refusals. */
  facts: 12_000_000,
} as const
/** What a stream costs by being one: an agent that names a new one for every character is bounded too. */
const streamCost = 200

type Streamed = Extract<TaskEvent, { type: 'message' | 'output' }>

/** Keeps a task's log within its limits. What is left out is counted, and the log says so; the host's own facts (states, approvals, receipts, changes) always come through. */
export type LogBounds = {
  /** The events to be told now. `isCut`: the rest of this text's stream is left out from here on; `rest`: what of this one. */
  take(event: TaskEvent): { events: TaskEvent[]; isCut: boolean; rest: string }
}

export function createLogBounds(): LogBounds {
  const streams = new Map<string, { shown: number; left: number }>()
  let text = 0
  let facts = 0
  /** Characters of streams that never began, and facts. */
  let unseen = 0
  let dropped = 0

  function takeText(event: Streamed): { events: TaskEvent[]; isCut: boolean; rest: string } {
    const key = event.type === 'output' ? `output ${event.key}` : `message ${event.role}`
    let stream = streams.get(key)
    if (!stream) {
      if (text + streamCost >= logLimits.text) {
        unseen += event.text.length
        return { events: [], isCut: false, rest: '' }
      }
      stream = { shown: 0, left: 0 }
      streams.set(key, stream)
      text += streamCost
    }
    const room = stream.left > 0 ? 0 : Math.max(0, Math.min(logLimits.stream - stream.shown, logLimits.text - text))
    const shown = event.text.slice(0, room)
    stream.shown += shown.length
    stream.left += event.text.length - shown.length
    text += shown.length
    return {
      events: shown === '' ? [] : [{ ...event, text: shown }],
      isCut: shown.length < event.text.length,
      rest: event.text.slice(shown.length),
    }
  }

  function takeFact(event: TaskEvent): TaskEvent[] {
    if (facts >= logLimits.facts) {
      dropped += 1
      return []
    }
    facts += JSON.stringify(event).length
    return [event]
  }

  function leftOf(key: string, what: string, at: number): TaskEvent[] {
    const stream = streams.get(key)
    if (!stream || stream.left === 0) return []
    const said = notice(at, `${count(stream.left)} more characters of ${what} are not shown.`)
    stream.left = 0
    // From here on it is over: what comes under its name again is left out without a word of its own.
    stream.shown = logLimits.stream
    return [said]
  }

  function leftOfAll(at: number): TaskEvent[] {
    const all = [...streams].reduce((sum, [, { left }]) => sum + left, unseen)
    return [
      ...(all > 0 ? [notice(at, `${count(all)} more characters of this task are not shown: its log is full.`)] : []),
      ...(dropped > 0 ? [notice(at, `${count(dropped)} more steps of this task are not shown: its log is full.`)] : []),
    ]
  }

  return {
    take(event) {
      const whole = { events: [event], isCut: false, rest: '' }
      switch (event.type) {
        case 'message':
          return event.role === 'person' ? whole : takeText(event)
        case 'output':
          return takeText(event)
        case 'tool': {
          const isOver = event.status !== 'pending' && event.status !== 'running'
          const left = isOver ? leftOf(`output ${event.key}`, 'its output', event.at) : []
          return { events: [...left, ...takeFact(event)], isCut: false, rest: '' }
        }
        case 'plan':
        case 'refused':
          return { events: takeFact(event), isCut: false, rest: '' }
        case 'state':
          return terminalStates.has(event.state)
            ? { events: [...leftOfAll(event.at), event], isCut: false, rest: '' }
            : whole
        default:
          return whole
      }
    },
  }
}

const notice = (at: number, text: string): TaskEvent => ({ type: 'notice', at, code: 'body_too_large', text })

const count = (value: number) => value.toLocaleString('en-US')
