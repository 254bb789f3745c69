import { ok, refused } from '#protocol/errors.ts'
import type { FrameHandler } from './pipeline/frames.ts'

/** From now on this connection is told of the task's batches. What came before is read over HTTP. */
export const watchTask: FrameHandler<'task.watch'> = async (
  { id, taskId },
  { caller, connectionId },
  { tasks, clock },
) => {
  if (caller.role !== 'device') return refused('role_refused')
  if (!(await tasks.get(caller.teamId, taskId))) return refused('task_not_found')
  await tasks.watch(caller.teamId, taskId, connectionId, clock.now())
  return ok({ type: 'ok', re: id })
}
