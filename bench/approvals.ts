import { ask } from './ask.ts'
import { type Figure, figure, percentile } from './figure.ts'
import type { World } from './world.ts'

/**
 * From the signed decision's leaving the device to the host's handing the operation over: stored at the relay, told, opened, verified in every check,
 * on the host's disk. The agent asks again as soon as it is answered.
 */
export async function approvals(world: World, rounds: number, floorMs: readonly number[]): Promise<Figure[]> {
  const sentAt = new Map<string, bigint>()
  const samples: number[] = []
  world.onDecisionSent((id, at) => sentAt.set(id, at))
  const stop = world.host.onLine((line) => {
    const fact = JSON.parse(line) as { event: string; at: string; approvalId: string }
    if (fact.event !== 'released') return
    samples.push(Number(BigInt(fact.at) - (sentAt.get(fact.approvalId) ?? 0n)) / 1e6)
  })
  await ask(world, rounds)
  stop()
  if (samples.length !== rounds || sentAt.size !== rounds)
    throw new Error(`${samples.length} of ${rounds} were released`)
  return [
    figure('tapToReleaseMs.p50', percentile(samples, 50), 'ms', percentile(floorMs, 50)),
    figure('tapToReleaseMs.p99', percentile(samples, 99), 'ms', percentile(floorMs, 99)),
  ]
}
