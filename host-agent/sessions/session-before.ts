import { ok, type Result, refused } from '#protocol/errors.ts'
import { terminalStates } from '#protocol/records.ts'
import type { TaskRequest } from '#protocol/statements/task.ts'
import type { Driver } from '../agents/driver.ts'
import type { TaskMemory } from '../journal/memory.ts'
import type { Worktrees } from '../worktree/worktrees.ts'

/** The agent's session that a person chose from a listing. Undefined: they chose none. */
export const chosenSession = ({ continues, session }: TaskRequest): string | undefined =>
  continues === undefined ? session : undefined

/**
 * The agent's session in which a task goes on; null: there is none. It is the one that a person chose, or that of the task before, whose worktree becomes this
 * one's. Errors: `sessions_unsupported`, `task_not_found`, `task_not_ended`, `work_not_ended`.
 */
export async function sessionBefore(
  tasks: ReadonlyMap<string, TaskMemory>,
  worktrees: Pick<Worktrees, 'take'>,
  task: TaskMemory,
  driver: Driver,
): Promise<Result<string | null>> {
  const { continues } = task.request
  if (continues === undefined) {
    const chosen = chosenSession(task.request)
    if (chosen === undefined) return ok(null)
    return driver.listSessions ? ok(chosen) : refused('sessions_unsupported', driver.title)
  }
  const before = tasks.get(continues)
  if (!before) return refused('task_not_found', continues)
  if (!terminalStates.has(before.state)) return refused('task_not_ended', continues)
  const taken = await worktrees.take(task, before)
  return taken.ok ? ok(before.session) : taken
}
