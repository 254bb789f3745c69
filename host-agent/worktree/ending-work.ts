import { join } from 'node:path'
import { ok, type Result, refused } from '#protocol/errors.ts'
import type { Finish } from '#protocol/statements/task.ts'
import type { Driver } from '../agents/driver.ts'
import { isWithin } from '../sandbox/files/policy.ts'
import { createEndingDriver } from './ending-driver.ts'
import type { Worktrees } from './worktrees.ts'

type Ports<P> = { projects: readonly P[]; folder: string; worktrees: Worktrees; knownSecrets: readonly string[] }

/** The host's own work at the end of another task's: its driver and the project it is for. `taskId`: the task that does it. Errors: those of `hold`, `project_invalid`. */
export function endingWork<P extends { path: string }>(
  taskId: string,
  { task, how }: Finish,
  { projects, folder, worktrees, knownSecrets }: Ports<P>,
): Result<{ driver: Driver; project: P }> {
  const of = worktrees.hold(task, taskId)
  if (!of.ok) return of
  const top = of.value.worktree?.top ?? ''
  const project = projects.find(({ path }) => isWithin(path, top))
  const ending = { how, of: of.value, folder: join(folder, taskId, 'ending'), worktrees, knownSecrets }
  if (project) return ok({ driver: createEndingDriver(ending), project })
  worktrees.release(taskId)
  return refused('project_invalid', top)
}
