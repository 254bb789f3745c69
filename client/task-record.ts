import type { Store } from './store.ts'

/** What a device keeps of a task it asked for, or has read: its words, and its key for epoch 0 where the device made it. Under `task/ID`. */
export type TaskRecord = { id: string; hostId: string; text: string; createdAt: number; taskKey?: string }

export const keepTask = (store: Store, record: TaskRecord) => store.put(`task/${record.id}`, record)

export const readTaskRecord = (store: Store, id: string) => store.get<TaskRecord>(`task/${id}`)
