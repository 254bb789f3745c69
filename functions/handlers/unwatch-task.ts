import { ok } from '#protocol/errors.ts'
import type { FrameHandler } from './pipeline/frames.ts'

export const unwatchTask: FrameHandler<'task.unwatch'> = async (
  { id, taskId },
  { caller, connectionId },
  { tasks },
) => {
  await tasks.unwatch(caller.teamId, taskId, connectionId)
  return ok({ type: 'ok', re: id })
}
