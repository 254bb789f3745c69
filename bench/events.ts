import { readFileSync } from 'node:fs'
import { type Figure, figure, percentile } from './figure.ts'
import type { World } from './world.ts'

/**
 * Bursts of task events, each from the agent's first to the last that the watching device has opened and verified: journaled, sealed, sent in
 * batches, stored, told. Any that is missing or out of order fails the bench. Afterwards the relay's memory is looked at.
 */
export async function events(
  world: World,
  bursts: number,
  eventsPerBurst: number,
  floorPerSecond: number,
): Promise<Figure[]> {
  const rates: number[] = []
  for (let burst = 0; burst < bursts; burst += 1) rates.push(await oneBurst(world, eventsPerBurst))
  const { residentMb } = await world.relayStats()
  return [
    figure('eventsPerSecond', percentile(rates, 50), 'events/s', floorPerSecond),
    figure('residentMb', residentMb, 'MB'),
  ]
}

async function oneBurst({ device, hostId, agentLog }: World, count: number): Promise<number> {
  const submitted = await device.submitTask({ hostId, text: JSON.stringify({ tell: count }) })
  if (!submitted.ok) throw new Error(submitted.code)
  const { id: taskId } = submitted.value.head
  let next = 0
  let last = 0n
  const watched = await device.watchTask({
    taskId,
    onEvents(batch) {
      for (const event of batch) {
        if (event.type !== 'tool') continue
        if (event.key !== `tell-${next}`) throw new Error(`event ${event.key} came where tell-${next} was due`)
        next += 1
      }
      last = process.hrtime.bigint()
    },
  })
  if (!watched.ok || watched.value !== 'completed') throw new Error(`the task ended ${JSON.stringify(watched)}`)
  if (next !== count) throw new Error(`${count - next} events are missing`)
  const notes = readFileSync(agentLog, 'utf8').trimEnd().split('\n')
  const { telling, at } = JSON.parse(notes.at(-1) ?? '{}') as { telling: number; at: string }
  if (telling !== count) throw new Error('the agent’s log is not of this burst')
  return count / (Number(last - BigInt(at)) / 1e9)
}
