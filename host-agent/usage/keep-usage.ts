import type { Clock } from '#link/clock.ts'
import type { Spent } from '#protocol/statements/events.ts'
import type { Memory, TaskMemory } from '../journal/memory.ts'
import type { Log } from '../ports.ts'
import type { Budget } from './budget.ts'
import type { UsageLog } from './usage-log.ts'

export type KeepUsage = (of: { task: TaskMemory; project: string }, event: Spent & { type: 'usage' }) => void

type Ports = {
  memory: Pick<Memory, 'record'>
  budget: Budget
  usage: UsageLog
  clock: Clock
  log: Log
}

/** Notes what a turn took, with the route by which the task came to its agent. A failure is logged: no task fails of it. */
export function keepUsage({ memory, budget, usage, clock, log }: Ports): KeepUsage {
  return ({ task, project }, { type: _type, ...spent }) => {
    budget.spent(task.id, spent.cost)
    const kept = [
      memory.record({ type: 'usage', taskId: task.id, ...spent }),
      usage.add({ at: clock.now(), task: task.id, project, route: task.route, ...spent }),
    ]
    Promise.all(kept).catch((error: Error) => log('usage.failed', { taskId: task.id, reason: error.message }))
  }
}
