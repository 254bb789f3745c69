import { ok, type Result, refused } from '#protocol/errors.ts'
import { terminalStates } from '#protocol/records.ts'
import type { TaskMemory } from './memory.ts'
import type { Worktrees } from './worktree/worktrees.ts'

/**
 * The agent's session of the task in which this one goes on, whose worktree becomes this one's; null: there is none. Errors: `task_not_found`, `task_not_ended`,
 * `work_not_ended`.
 */
export async function sessionBefore(
  tasks: ReadonlyMap<string, TaskMemory>,
  worktrees: Pick<Worktrees, 'take'>,
  task: TaskMemory,
): Promise<Result<string | null>> {
  const { continues } = task.request
  if (continues === undefined) return ok(null)
  const before = tasks.get(continues)
  if (!before) return refused('task_not_found', continues)
  if (!terminalStates.has(before.state)) return refused('task_not_ended', continues)
  const taken = await worktrees.take(task, before)
  return taken.ok ? ok(before.session) : taken
}
