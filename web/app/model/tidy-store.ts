import { dropOldRecords } from '#client/approval-record.ts'
import type { Store } from '#client/store.ts'
import { dropOldTasks } from '#client/task-record.ts'
import { limits } from '#protocol/limits.ts'
import type { Draft } from '../parts/use-draft.ts'

/**
 * Drops what is older than this device promises to keep: the relay has forgotten it as well. `now` has to be the relay's: a clock that is wrong must not delete anything. `alive`:
 * tasks that the relay still has. What can't be read stays: another version of the app may have written it.
 */
export async function tidyStore(store: Store, now: number, alive: ReadonlySet<string>): Promise<void> {
  await dropOldRecords(store, now, limits.retentionMs)
  await dropOldTasks(store, now, limits.retentionMs, alive)
  for (const { key, value } of await store.list<Partial<Draft<unknown>> | null>('draft/'))
    if ((value?.at ?? now) + limits.retentionMs < now) await store.delete(key)
}
