import type { Grant } from '#protocol/envelope.ts'
import type { InboxItem, StoredBatch, TaskHead, TaskState, TaskView } from '#protocol/records.ts'

/**
 * The head and what only the relay needs: the batch that carried the state, what the request's content was, and the connections that are told of batches: one
 * read a batch finds all that a batch needs.
 */
export type TaskRow = { head: TaskHead; stateSeq: number; contentHash: string; watchers: string[] }

export type Tasks = {
  get(teamId: string, taskId: string): Promise<TaskRow | null>
  /** One transaction: the head and the host's inbox item. `exists`: nothing was written. */
  submit(teamId: string, row: Pick<TaskRow, 'head' | 'contentHash'>, item: InboxItem): Promise<'done' | 'exists'>
  /** Newest first, each with the grants of `kid`. `after` is the id of the last task seen. */
  list(
    teamId: string,
    kid: string,
    after: string | null,
    limit: number,
  ): Promise<{ tasks: TaskView[]; next: string | null }>
  grants(teamId: string, taskId: string, kid: string): Promise<Grant[]>
  putGrants(teamId: string, taskId: string, grants: Grant[], now: number): Promise<void>
  /** Conditional: what is stored under a number never changes. Answers what was there before, null when this one was stored. */
  putBatch(teamId: string, batch: StoredBatch, now: number): Promise<StoredBatch | null>
  /** Answers the new head; null when a later batch has spoken or the task has ended. */
  changeState(
    teamId: string,
    taskId: string,
    change: { state: TaskState; seq: number },
    now: number,
  ): Promise<TaskHead | null>
  batches(
    teamId: string,
    taskId: string,
    after: number,
    limit: number,
  ): Promise<{ batches: StoredBatch[]; more: boolean }>
  /** False: there is no such task. */
  watch(teamId: string, taskId: string, connectionId: string): Promise<boolean>
  unwatch(teamId: string, taskId: string, connectionId: string): Promise<void>
}
