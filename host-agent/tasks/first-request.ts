import type { TaskRequest } from '#protocol/statements/task.ts'
import type { TaskMemory } from '../journal/memory.ts'

/** What was asked for first, where tasks go on in one another: that names the project and, unless it failed and another took its place, the agent. */
export function firstRequest(tasks: ReadonlyMap<string, TaskMemory>, request: TaskRequest): TaskRequest {
  const before = request.continues && tasks.get(request.continues)
  if (before && before.request.id !== request.id) return firstRequest(tasks, before.request)
  const agent = tasks.get(request.id)?.agent
  return agent === undefined ? request : { ...request, agent }
}
