import type { TaskRequest } from '#protocol/statements/task.ts'
import type { TaskMemory } from './memory.ts'

/** What was asked for first, where tasks go on in one another: that names the agent and the project. */
export function firstRequest(tasks: ReadonlyMap<string, TaskMemory>, request: TaskRequest): TaskRequest {
  const before = request.continues && tasks.get(request.continues)
  return before && before.request.id !== request.id ? firstRequest(tasks, before.request) : request
}
