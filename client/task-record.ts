import type { Store } from './store.ts'

/** What a device keeps of a task it asked for, or has read: its words, and its key for epoch 0 where the device made it. Under `task/ID`. */
export type TaskRecord = { id: string; hostId: string; text: string; createdAt: number; taskKey?: string }

export const keepTask = (store: Store, record: TaskRecord) => store.put(`task/${record.id}`, record)

export const readTaskRecord = (store: Store, id: string) => store.get<TaskRecord>(`task/${id}`)

/** Tasks asked for longer ago than this are dropped, but those that are still `alive` at the relay: their key is needed. Returns how many. */
export async function dropOldTasks(
  store: Store,
  now: number,
  retentionMs: number,
  alive: ReadonlySet<string>,
): Promise<number> {
  const records = await store.list<TaskRecord>('task/')
  const old = records.filter(({ value }) => value.createdAt + retentionMs < now && !alive.has(value.id))
  for (const { key } of old) await store.delete(key)
  return old.length
}
