import { ask } from './ask.ts'
import { type Figure, figure } from './figure.ts'
import type { RelayStats, World } from './world.ts'

/** What one approval costs at the relay from request to receipt, with one host and one device, counted over several that don't overlap. */
export async function approvalCost(world: World, rounds: number): Promise<Figure[]> {
  const before = costOf(await world.relayStats())
  for (let round = 0; round < rounds; round += 1) await ask(world, 1)
  const after = costOf(await world.relayStats())
  return [
    figure('dynamodbRequestsPerApproval', (after.items - before.items) / rounds, 'items'),
    figure('invocationsPerApproval', (after.invocations - before.invocations) / rounds, 'invocations'),
  ]
}

/** Asking, deciding, settling; the task's log is a task's. Each call reads its caller's key: the authorizer's part, counted apart. */
function costOf({ costs }: RelayStats): { invocations: number; items: number } {
  const routes = Object.entries(costs).filter(([route]) => / \/v1\/approvals(\/|$)/.test(route))
  const invocations = routes.reduce((sum, [, cost]) => sum + cost.invocations, 0)
  return { invocations, items: routes.reduce((sum, [, cost]) => sum + cost.items, 0) - invocations }
}
