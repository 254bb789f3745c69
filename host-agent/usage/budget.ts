import type { Spent } from '#protocol/statements/events.ts'
import type { UsageEntry } from './usage-log.ts'

/** US dollars that one task, and all tasks of one day (UTC), may take before people are asked. */
export type BudgetLimits = { task?: number | undefined; day?: number | undefined }

/** A budget that is used up, and by how much an approval widens it; in millionths of a US dollar. */
export type BudgetWish = { budget: 'task' | 'day'; spent: number; limit: number; widenBy: number }

export type Budget = {
  spent(taskId: string, cost: Spent['cost']): void
  /** What the task has used up, so that it has to ask before it goes on; null: nothing. */
  usedUp(taskId: string): BudgetWish | null
  widen(taskId: string, wish: BudgetWish): void
}

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)

/**
 * Counts what is spent, from the usage log on. What people have widened is not kept over a restart of the host agent: it is asked for again. Only costs in US dollars
 * that are known count.
 */
export function createBudget(limits: BudgetLimits, entries: readonly UsageEntry[], now: () => number): Budget {
  const spent = new Map<string, number>()
  const widened = new Map<string, number>()
  const add = (sums: Map<string, number>, key: string, micros: number) => sums.set(key, (sums.get(key) ?? 0) + micros)
  const count = (taskId: string, at: number, cost: Spent['cost']) => {
    if (cost?.currency !== 'USD') return
    add(spent, taskId, cost.micros)
    add(spent, dayOf(at), cost.micros)
  }
  for (const { task, at, cost } of entries) count(task, at, cost)

  function look(budget: BudgetWish['budget'], key: string): BudgetWish | null {
    const dollars = limits[budget]
    if (dollars === undefined) return null
    const widenBy = Math.round(dollars * 1_000_000)
    const limit = widenBy + (widened.get(key) ?? 0)
    const sum = spent.get(key) ?? 0
    return sum >= limit ? { budget, spent: sum, limit, widenBy } : null
  }

  return {
    spent: (taskId, cost) => count(taskId, now(), cost),
    usedUp: (taskId) => look('task', taskId) ?? look('day', dayOf(now())),
    widen: (taskId, { budget, widenBy }) => void add(widened, budget === 'task' ? taskId : dayOf(now()), widenBy),
  }
}
