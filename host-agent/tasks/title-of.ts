import type { Chosen } from '#protocol/statements/choices.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import type { TaskRequest } from '#protocol/statements/task.ts'
import type { Driver } from '../agents/driver.ts'
import type { HostContext } from '../context.ts'
import type { Project } from '../projects/projects-file.ts'
import { firstRequest } from './first-request.ts'
import { takerOf } from './taker-of.ts'

type About = {
  /** What its agent's session runs with; null: not known yet. */
  chosen: Chosen | null
  isIsolated: boolean
  drivers: readonly Driver[]
  projects: readonly Project[]
}

/** What a task is: its words, where it works and who does it. Told first, and anew when its agent runs with something else. */
export function titleOf(
  { memory, clock }: Pick<HostContext, 'memory' | 'clock'>,
  request: TaskRequest,
  { chosen, isIsolated, drivers, projects }: About,
): TaskEvent {
  const { finish } = request
  const of = finish && memory.tasks.get(finish.task)?.worktree
  const taken = takerOf(firstRequest(memory.tasks, request), drivers, projects)
  const project = taken.ok ? taken.value.project.path : (request.project ?? '')
  const agent = taken.ok ? taken.value.driver.name : (request.agent ?? '')
  return {
    type: 'title',
    at: clock.now(),
    text: request.text,
    project: of?.top ?? project,
    agent: finish ? 'host' : agent,
    // Without a sandbox nothing holds an agent back but its own questions, and it has to be said.
    protection: isIsolated ? 'isolated' : 'unprotected',
    ...(chosen ? { chosen } : {}),
  }
}
