import type { Store } from './store.ts'

/** What a device keeps of a task it asked for, or has read: its words, and its key for epoch 0 where the device made it. Under `task/ID`. */
export type TaskRecord = { id: string; hostId: string; text: string; createdAt: number; taskKey?: string }

const keyOf = (id: string) => `task/${id}`

/** What another version has written, or what was damaged, is as if it were not there. */
function isReadable(value: unknown): value is TaskRecord {
  const { id, hostId, text, createdAt } = (value ?? {}) as Partial<TaskRecord>
  return [id, hostId, text].every((word) => typeof word === 'string') && Number.isInteger(createdAt)
}

export const keepTask = (store: Store, record: TaskRecord) => store.put(keyOf(record.id), record)

export async function readTaskRecord(store: Store, id: string): Promise<TaskRecord | undefined> {
  const kept = await store.get<unknown>(keyOf(id))
  return isReadable(kept) ? kept : undefined
}

/** All that is kept, and how many of them can't be read. */
export async function listTaskRecords(store: Store): Promise<{ records: TaskRecord[]; unreadable: number }> {
  const kept = await store.list<unknown>('task/')
  const records = kept.map(({ value }) => value).filter(isReadable)
  return { records, unreadable: kept.length - records.length }
}

/** Tasks asked for longer ago than this are dropped, but those that are still `alive` at the relay: their key is needed. Returns how many. */
export async function dropOldTasks(
  store: Store,
  now: number,
  retentionMs: number,
  alive: ReadonlySet<string>,
): Promise<number> {
  const { records } = await listTaskRecords(store)
  const old = records.filter(({ id, createdAt }) => createdAt + retentionMs < now && !alive.has(id))
  for (const { id } of old) await store.delete(keyOf(id))
  return old.length
}
