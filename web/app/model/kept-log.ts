import type { Store } from '#client/store.ts'
import type { LogItem, TaskLog } from './task-log.ts'
import { emptyLog } from './task-log.ts'

/** Logs that are kept, those looked at last. */
const MOST_LOGS = 20
/** Characters of one log; a longer one is read from the relay each time. */
const MOST_CHARS = 2_000_000
/** Characters of each tool's output: its end says what came of it. */
const OUTPUT = 4_000
/** Items that are written as one: what did not change is not written again. */
const PART = 500

/** `parts`: the keys of its items, in order. One put of this switches from what was kept before to what is kept now, so that seq and items are always of one moment. */
type KeptLog = { id: string; at: number; log: Omit<TaskLog, 'items' | 'places'>; parts: readonly string[] }

const HEAD = 'log/'
const partsOf = (id: string) => `log-part/${id}/`

/** A task's log as it was shown last, and when; null: none is kept, or a part of it is gone. */
export async function readKeptLog(store: Store, id: string): Promise<{ log: TaskLog; at: number } | null> {
  const kept = await store.get<KeptLog>(HEAD + id)
  if (!kept) return null
  const parts = await Promise.all(kept.parts.map((key) => store.get<LogItem[]>(key)))
  if (parts.includes(undefined)) return null
  const items = parts.flatMap((part) => part ?? [])
  const places = new Map(items.flatMap((item) => placeOf(item).map((place) => [place, item.n] as const)))
  return { log: { ...emptyLog, ...kept.log, items, places }, at: kept.at }
}

function placeOf(item: LogItem): string[] {
  if (item.kind === 'tool') return [`tool ${item.tool.key}`]
  return item.kind === 'approval' ? [`approval ${item.asked.approval}`] : []
}

/** Keeps one task's log as it grows. Two programs may do so at once: the longer one stays. */
export function openLogKeeper(store: Store, id: string) {
  let written: readonly { key: string; items: readonly LogItem[] }[] = []
  let work = Promise.resolve()

  async function write({ items, places: _, ...log }: TaskLog, at: number): Promise<void> {
    const before = await store.get<KeptLog>(HEAD + id)
    if (before && before.log.seq > log.seq) return
    if (lengthOf(items) > MOST_CHARS) return dropLog(store, id)
    const next: { key: string; items: readonly LogItem[] }[] = []
    for (let from = 0; from < items.length; from += PART) {
      const part = items.slice(from, from + PART)
      const same = written.find((one) => one.items[0]?.n === from && isSame(one.items, part))
      if (same) next.push(same)
      else {
        const key = `${partsOf(id)}${from}-${log.seq}-${crypto.randomUUID().slice(0, 8)}`
        await store.put(
          key,
          part.map((item) => short(item)),
        )
        next.push({ key, items: part })
      }
    }
    const parts = next.map(({ key }) => key)
    await store.update<KeptLog>(HEAD + id, (old) => (old && old.log.seq > log.seq ? undefined : { id, at, log, parts }))
    written = next
    for (const key of before?.parts ?? []) if (!parts.includes(key)) await store.delete(key)
    await dropOldest(store)
  }

  return {
    /** Resolves when it is kept, or could not be: a full storage is no reason to show nothing. */
    keep(log: TaskLog, at: number): Promise<void> {
      work = work.then(() => write(log, at)).catch(() => undefined)
      return work
    },
  }
}

const isSame = (a: readonly LogItem[], b: readonly LogItem[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index])

function short(item: LogItem): LogItem {
  if (item.kind !== 'tool' || item.tool.output.length <= OUTPUT) return item
  const { output, cut } = item.tool
  return { ...item, tool: { ...item.tool, output: output.slice(-OUTPUT), cut: cut + output.length - OUTPUT } }
}

const lengthOf = (items: readonly LogItem[]): number =>
  items.reduce((sum, item) => {
    if (item.kind === 'message') return sum + item.text.length
    if (item.kind === 'tool') return sum + Math.min(item.tool.output.length, OUTPUT) + (item.tool.detail?.length ?? 0)
    return sum + 500
  }, 0)

async function dropLog(store: Store, id: string): Promise<void> {
  await store.delete(HEAD + id)
  for (const { key } of await store.list(partsOf(id))) await store.delete(key)
}

async function dropOldest(store: Store): Promise<void> {
  const kept = (await store.list<KeptLog>(HEAD)).map(({ value }) => value).sort((a, b) => b.at - a.at)
  for (const { id } of kept.slice(MOST_LOGS)) await dropLog(store, id)
}
