import { ok } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import type { HttpHandler } from './pipeline/http.ts'

/** Newest first, with the grants of the caller. */
export const listTasks: HttpHandler<'tasks.list'> = async ({ caller, query }, { tasks }) =>
  ok(await tasks.list(caller.teamId, caller.kid, query.after ?? null, limits.pageItems))
