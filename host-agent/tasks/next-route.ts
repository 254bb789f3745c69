import { chooseRoute } from '#protocol/choose-route.ts'
import type { ErrorCode } from '#protocol/errors.ts'
import type { Route } from '#protocol/statements/route.ts'
import type { RunEnd } from '../agents/driver.ts'
import type { TaskMemory } from '../journal/memory.ts'

/** What an agent's failure looks like, or that of the model behind it; all else would fail at the next one too, or is a person's word. */
const failures: ReadonlySet<ErrorCode> = new Set(['agent_failed', 'agent_silent', 'model_unavailable'])

/**
 * The route by which a task goes on whose agent failed: the next below its own that fits and leads to another agent or model. Null: there is none, or the task did
 * something already, which another agent would do again. A task without a route stays with the agent that a person chose. It only goes down, so it ends.
 */
export function nextRoute(
  routes: readonly Route[],
  task: Pick<TaskMemory, 'route' | 'answered' | 'chosen'> & { text: string; project: string },
  end: RunEnd,
): Route | null {
  if (end.state !== 'failed' || !end.code || !failures.has(end.code)) return null
  if (task.answered === 'released' || !end.untouched) return null
  const at = routes.findLastIndex(({ name }) => name === task.route)
  const failed = routes[at]
  if (!failed) return null
  const others = routes
    .slice(at + 1)
    .filter(({ agent, model }) => agent !== failed.agent || model !== task.chosen.model)
  return chooseRoute(others, task)?.route ?? null
}
