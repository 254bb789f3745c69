import { refused } from '#protocol/errors.ts'
import { terminalStates } from '#protocol/records.ts'
import { keepInput } from './keep-input.ts'
import type { HttpHandler } from './pipeline/http.ts'

/** What a device tells the host about one of its tasks. */
export const sendTaskInput: HttpHandler<'task.input'> = async ({ caller, params, body }, ports) => {
  const task = await ports.tasks.get(caller.teamId, params.id)
  if (!task) return refused('task_not_found')
  if (terminalStates.has(task.head.state)) return refused('task_ended')
  return keepInput(ports, caller, { hostId: task.head.hostId, hint: null }, { ...body, taskId: params.id })
}
