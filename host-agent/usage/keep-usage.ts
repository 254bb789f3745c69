import type { Clock } from '#link/clock.ts'
import { chooseRoute } from '#protocol/choose-route.ts'
import type { Spent } from '#protocol/statements/events.ts'
import type { Route } from '#protocol/statements/route.ts'
import type { Memory, TaskMemory } from '../memory.ts'
import type { Log } from '../ports.ts'
import type { Budget } from './budget.ts'
import type { UsageLog } from './usage-log.ts'

export type KeepUsage = (of: { task: TaskMemory; project: string }, event: Spent & { type: 'usage' }) => void

type Ports = {
  memory: Pick<Memory, 'record'>
  budget: Budget
  usage: UsageLog
  routes: readonly Route[]
  clock: Clock
  log: Log
}

/** Notes what a turn took, with the route that leads to its agent. A failure is logged: no task fails of it. */
export function keepUsage({ memory, budget, usage, routes, clock, log }: Ports): KeepUsage {
  return ({ task, project }, { type: _type, ...spent }) => {
    budget.spent(task.id, spent.cost)
    const { route } = chooseRoute(routes, { text: task.request.text, project }) ?? {}
    const by = route?.agent === spent.agent ? route.name : null
    const kept = [
      memory.record({ type: 'usage', taskId: task.id, ...spent }),
      usage.add({ at: clock.now(), task: task.id, project, route: by, ...spent }),
    ]
    Promise.all(kept).catch((error: Error) => log('usage.failed', { taskId: task.id, reason: error.message }))
  }
}
