import { ok, refused } from '#protocol/errors.ts'
import type { FrameHandler } from './pipeline/frames.ts'

/** From now on this connection is told of the task's batches. What came before is read over HTTP. */
export const watchTask: FrameHandler<'task.watch'> = async ({ id, taskId }, { caller, connectionId }, { tasks }) => {
  if (caller.role !== 'device') return refused('role_refused')
  const watched = await tasks.watch(caller.teamId, taskId, connectionId)
  return watched ? ok({ type: 'ok', re: id }) : refused('task_not_found')
}
