import { ok, type Result, refused } from '#protocol/errors.ts'
import { type TaskHead, terminalStates } from '#protocol/records.ts'

/**
 * Whether a host may add a batch to a task's log. Batches arrive in any order: one that belongs before the end is welcome after it, one behind the
 * end is not. A task of another host is as unknown as one of another team.
 */
export function admitBatch(
  task: { head: TaskHead; stateSeq: number } | null,
  batch: { hostId: string; seq: number },
): Result<TaskHead> {
  if (!task || task.head.hostId !== batch.hostId) return refused('task_not_found')
  if (terminalStates.has(task.head.state) && batch.seq > task.stateSeq) return refused('task_ended')
  return ok(task.head)
}
