import { ok, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import type { HttpHandler } from './pipeline/http.ts'

/** Batches after a number, in order. There may be gaps for a moment: a reader advances only over what is contiguous. */
export const readTaskEvents: HttpHandler<'task.events'> = async ({ caller, params, query }, { tasks }) => {
  if (!(await tasks.get(caller.teamId, params.id))) return refused('task_not_found')
  return ok(await tasks.batches(caller.teamId, params.id, Number(query.after ?? 0), limits.pageItems))
}
