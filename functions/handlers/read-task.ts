import { ok, refused } from '#protocol/errors.ts'
import type { HttpHandler } from './pipeline/http.ts'

export const readTask: HttpHandler<'task.read'> = async ({ caller, params }, { tasks }) => {
  const [task, grants] = await Promise.all([
    tasks.get(caller.teamId, params.id),
    tasks.grants(caller.teamId, params.id, caller.kid),
  ])
  return task ? ok({ head: task.head, grants }) : refused('task_not_found')
}
