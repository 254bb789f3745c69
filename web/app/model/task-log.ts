import type { Unread } from '#client/watch-task.ts'
import type { TaskState } from '#protocol/records.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'

type Of<T extends TaskEvent['type']> = Extract<TaskEvent, { type: T }>
export type Tool = Of<'tool'> & { output: string /** Characters of output that are no longer held. */; cut: number }
export type Asked = Of<'approval'> & { outcome: Of<'receipt'>['outcome'] | null }

/** One thing in the stream of a task, in the order in which it first appeared. `n` identifies it for as long as the log is held. */
export type LogItem =
  | { n: number; kind: 'message'; role: Of<'message'>['role']; text: string; at: number }
  | { n: number; kind: 'tool'; tool: Tool }
  | { n: number; kind: 'approval'; asked: Asked }
  | { n: number; kind: 'refused'; event: Of<'refused'> }
  | { n: number; kind: 'notice'; event: Of<'notice'> }
  | { n: number; kind: 'artifact'; event: Of<'artifact'> }
  | { n: number; kind: 'end'; event: Of<'state'> }
  | { n: number; kind: 'unread'; unread: Unread }

/** Summed over all turns; `cost`: millionths by currency, where it is known. */
export type UsageSoFar = { tokens: number; cost: ReadonlyMap<string, number>; ms: number }

export type TaskLog = {
  seq: number
  state: TaskState
  /** After many denials or a report: it asks nothing more until somebody resumes it. */
  paused: boolean
  title: Of<'title'> | null
  plan: Of<'plan'> | null
  diff: Of<'diff'> | null
  tests: Of<'tests'> | null
  /** The run before: what broke and what was mended since. */
  testsBefore: Of<'tests'> | null
  usage: UsageSoFar | null
  items: readonly LogItem[]
  /** Where the item of a tool (`tool KEY`) or an approval (`approval ID`) is: a long log is not searched. */
  places: ReadonlyMap<string, number>
}

export const emptyLog: TaskLog = {
  seq: 0,
  state: 'submitted',
  paused: false,
  title: null,
  plan: null,
  diff: null,
  tests: null,
  testsBefore: null,
  usage: null,
  items: [],
  places: new Map(),
}

/** Characters of output that are held of one tool; a build's chatter must not fill a phone's memory. */
const OUTPUT = 60_000

/** A numbered batch of verified events. */
export type Batch = { events: readonly TaskEvent[]; seq: number; unread?: Unread | null }

/** Takes batches in their order. Pure: a new log comes out, what did not change is shared. */
export function addBatches(log: TaskLog, batches: readonly Batch[]): TaskLog {
  const next: Growing = { ...log, items: [...log.items], places: new Map(log.places) }
  for (const { events, seq, unread } of batches) {
    next.seq = seq
    for (const event of events) (takers[event.type] as Taker<TaskEvent>)(next, event)
    if (unread) addUnread(next.items, unread)
  }
  return next
}

type Growing = TaskLog & { items: LogItem[]; places: Map<string, number> }
type Taker<E> = (log: Growing, event: E) => void

const takers: { [T in TaskEvent['type']]: Taker<Of<T>> } = {
  state(log, event) {
    log.state = event.state
    if (event.code !== undefined || event.detail !== undefined)
      log.items.push({ n: log.items.length, kind: 'end', event })
  },
  title(log, event) {
    log.title = event
  },
  plan(log, event) {
    log.plan = event
  },
  diff(log, event) {
    log.diff = event
  },
  tests(log, event) {
    log.testsBefore = log.tests
    log.tests = event
  },
  message: ({ items }, event) => addMessage(items, event),
  tool(log, event) {
    upsert(log, toolAt(event.key), (old) => {
      const { output, cut } = old?.kind === 'tool' ? old.tool : { output: '', cut: 0 }
      return { kind: 'tool', tool: { ...event, output, cut } }
    })
  },
  output: addOutput,
  approval(log, event) {
    upsert(log, askedAt(event.approval), (old) => {
      const before = old?.kind === 'approval' ? old.asked : undefined
      const request = event.request ?? before?.request
      const decisions = event.decisions ?? before?.decisions
      return {
        kind: 'approval',
        asked: {
          ...event,
          ...(request ? { request } : {}),
          ...(decisions ? { decisions } : {}),
          outcome: before?.outcome ?? null,
        },
      }
    })
  },
  receipt({ items, places }, event) {
    const at = places.get(askedAt(event.approval)) ?? -1
    const old = items[at]
    if (old?.kind === 'approval') items[at] = { ...old, asked: { ...old.asked, outcome: event.outcome } }
  },
  refused: ({ items }, event) => void items.push({ n: items.length, kind: 'refused', event }),
  notice(log, event) {
    if (event.code === 'session_paused') log.paused = true
    if (event.code === 'session_resumed') log.paused = false
    log.items.push({ n: log.items.length, kind: 'notice', event })
  },
  artifact: ({ items }, event) => void items.push({ n: items.length, kind: 'artifact', event }),
  usage(log, { input, output, cost, ms }) {
    const before = log.usage ?? { tokens: 0, cost: new Map<string, number>(), ms: 0 }
    const costs = new Map(before.cost)
    if (cost) costs.set(cost.currency, (costs.get(cost.currency) ?? 0) + cost.micros)
    log.usage = { tokens: before.tokens + input + output, cost: costs, ms: before.ms + ms }
  },
}

/** Agents speak in pieces: what one role says in a row is one message. */
function addMessage(items: LogItem[], { role, text, at }: Of<'message'>): void {
  const last = items.at(-1)
  if (last?.kind === 'message' && last.role === role && role !== 'person') {
    items[items.length - 1] = { ...last, text: last.text + text }
  } else items.push({ n: items.length, kind: 'message', role, text, at })
}

/** Several in a row of one kind are one row. */
function addUnread(items: LogItem[], unread: Unread): void {
  const last = items.at(-1)
  const count = (one: Unread) => (one.is === 'newer' ? one.count : 1)
  if (last?.kind !== 'unread' || last.unread.is !== unread.is) items.push({ n: items.length, kind: 'unread', unread })
  else if (last.unread.is === 'newer')
    items[items.length - 1] = { ...last, unread: { is: 'newer', count: count(last.unread) + count(unread) } }
}

function addOutput(log: Growing, { key, text, at }: Of<'output'>): void {
  upsert(log, toolAt(key), (old) => {
    const tool: Tool =
      old?.kind === 'tool'
        ? old.tool
        : { type: 'tool', at, key, title: '', kind: 'execute', status: 'running', output: '', cut: 0 }
    const whole = tool.output + text
    const over = Math.max(whole.length - OUTPUT, 0)
    return { kind: 'tool', tool: { ...tool, output: whole.slice(over), cut: tool.cut + over } }
  })
}

type Bare = LogItem extends infer I ? (I extends LogItem ? Omit<I, 'n'> : never) : never
const toolAt = (key: string) => `tool ${key}`
const askedAt = (id: string) => `approval ${id}`

function upsert({ items, places }: Growing, place: string, make: (old: LogItem | undefined) => Bare): void {
  const n = places.get(place) ?? items.length
  places.set(place, n)
  items[n] = { ...make(items[n]), n } as LogItem
}
