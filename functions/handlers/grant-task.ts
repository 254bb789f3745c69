import { ok, refused } from '#protocol/errors.ts'
import type { HttpHandler } from './pipeline/http.ts'

/** A task's key, sealed by its host for each device. A host may seal anew: the last one counts. */
export const grantTask: HttpHandler<'task.grant'> = async ({ caller, params, body }, { tasks, clock }) => {
  const task = await tasks.get(caller.teamId, params.id)
  if (task?.head.hostId !== caller.hostId) return refused('task_not_found')
  if (body.grants.some(({ from }) => from !== caller.kid)) return refused('envelope_invalid')
  await tasks.putGrants(caller.teamId, params.id, body.grants, clock.now())
  return ok({})
}
