import type { ApprovalCard } from '#client/read-approval.ts'
import { type Figure, figure, percentile } from './figure.ts'
import type { RelayStats, World } from './world.ts'

/** One task whose agent asks so often, one after the other; every approval is stored, pushed to whom it concerns, verified, decided, checked and journaled. */
export async function approvals(world: World, rounds: number, floorMs: readonly number[]): Promise<Figure[]> {
  const { device, host, hostId } = world
  const sentAt = new Map<string, bigint>()
  const samples: number[] = []
  world.onDecisionSent((id, at) => sentAt.set(id, at))

  const done = new Promise<void>((resolve, reject) => {
    host.onLine((line) => {
      const fact = JSON.parse(line) as { event: string; at: string; approvalId: string; state: string }
      // The task ends when its receipts are at the relay.
      if (fact.event === 'task' && fact.state === 'completed') resolve()
      if (fact.event !== 'released') return
      const from = sentAt.get(fact.approvalId)
      if (from === undefined) return reject(new Error('released before it was decided'))
      samples.push(Number(BigInt(fact.at) - from) / 1e6)
    })
    device.connect().on((event) => {
      if (event.type === 'approval' && event.card.state === 'open') decide(event.card).catch(reject)
    })
  })
  async function decide({ id }: ApprovalCard): Promise<void> {
    const answered = await device.decide({ approvalId: id, answer: 'approve', shown: { where: 'app', whole: true } })
    if (!answered.ok || answered.value.state === 'refused') throw new Error(`not decided: ${JSON.stringify(answered)}`)
  }

  const before = costOfApprovals(await world.relayStats())
  const submitted = await device.submitTask({ hostId, text: JSON.stringify({ ask: rounds }) })
  if (!submitted.ok) throw new Error(submitted.code)
  await done
  if (samples.length !== rounds) throw new Error(`${samples.length} of ${rounds} were released`)
  const after = costOfApprovals(await world.relayStats())
  return [
    figure('tapToReleaseMs.p50', percentile(samples, 50), 'ms', percentile(floorMs, 50)),
    figure('tapToReleaseMs.p99', percentile(samples, 99), 'ms', percentile(floorMs, 99)),
    figure('dynamodbRequestsPerApproval', (after.items - before.items) / rounds, 'items'),
    figure('invocationsPerApproval', (after.invocations - before.invocations) / rounds, 'invocations'),
  ]
}

/**
 * What was spent on approvals themselves: asking, deciding, settling. The task's log that tells of them is counted as a task's. Each call reads the
 * caller's key, which is the authorizer's part and counted apart.
 */
function costOfApprovals({ costs }: RelayStats): { invocations: number; items: number } {
  const routes = Object.entries(costs).filter(([route]) => / \/v1\/approvals(\/|$)/.test(route))
  const invocations = routes.reduce((sum, [, cost]) => sum + cost.invocations, 0)
  return { invocations, items: routes.reduce((sum, [, cost]) => sum + cost.items, 0) - invocations }
}
