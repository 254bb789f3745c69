import type { UsageEntry } from './usage-log.ts'

export const usageGroups = ['route', 'agent', 'project', 'day'] as const
export type UsageGroup = (typeof usageGroups)[number]

/** `cost`: millionths by currency, of the turns whose cost is known. `priced`: how many those are. */
export type UsageSum = {
  name: string
  turns: number
  input: number
  output: number
  cached: number
  ms: number
  priced: number
  cost: Record<string, number>
}

/** Sums by what is asked for, in the order of the names; days are UTC. */
export function sumUsage(entries: readonly UsageEntry[], by: UsageGroup): UsageSum[] {
  const sums = new Map<string, UsageSum>()
  for (const entry of entries) {
    const name = nameOf(entry, by)
    const sum = sums.get(name) ?? { name, turns: 0, input: 0, output: 0, cached: 0, ms: 0, priced: 0, cost: {} }
    sums.set(name, sum)
    sum.turns += 1
    sum.input += entry.input
    sum.output += entry.output
    sum.cached += entry.cached ?? 0
    sum.ms += entry.ms
    if (!entry.cost) continue
    sum.priced += 1
    sum.cost[entry.cost.currency] = (sum.cost[entry.cost.currency] ?? 0) + entry.cost.micros
  }
  return [...sums.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function nameOf({ at, route, agent, project }: UsageEntry, by: UsageGroup): string {
  if (by === 'day') return new Date(at).toISOString().slice(0, 10)
  return by === 'route' ? (route ?? '-') : by === 'agent' ? agent : project
}
