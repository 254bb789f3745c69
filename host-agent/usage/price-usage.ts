import type { Spent } from '#protocol/statements/events.ts'
import { costOf } from '../models/cost-of.ts'
import type { Price } from '../models/models-file.ts'

/** What a turn took, with its cost by the price that is named for its agent where the agent itself tells none, so that budgets count it. */
export function priceUsage<T extends Spent>(spent: T, prices: Readonly<Record<string, Price>>): T {
  const price = prices[spent.agent]
  if (spent.cost || !price) return spent
  const { input, output, cached = 0 } = spent
  return { ...spent, cost: { micros: costOf({ input, output, cached }, price), currency: 'USD' } }
}
