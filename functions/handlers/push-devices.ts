import type { PushParts } from '#protocol/envelope.ts'
import { limits } from '#protocol/limits.ts'
import { pushText } from '#trust/push.ts'
import type { DeviceRow } from '../ports/devices.ts'
import type { SweepPorts } from '../ports/ports.ts'
import type { PushOutcome } from '../ports/pushes.ts'

type Push = Pick<SweepPorts, 'pushes' | 'devices' | 'clock'>

/**
 * Sends a push to each of these devices that has a subscription and a wrap. An address that is gone is forgotten. Answers what became of each by its kid.
 * `until` bounds how long a push service may keep it.
 */
export async function pushDevices(
  { pushes, devices, clock }: Push,
  teamId: string,
  rows: readonly DeviceRow[],
  parts: PushParts,
  until: number,
): Promise<ReadonlyMap<string, PushOutcome>> {
  const remaining = Math.max(0, Math.floor((until - clock.now()) / 1_000))
  const { urgency, topic } = parts
  const options = { ttl: Math.min(parts.ttl, remaining), urgency, ...(topic ? { topic } : {}) }
  const outcomes = new Map<string, PushOutcome>()
  await Promise.all(
    rows.map(async ({ kid, subscription }) => {
      const text = subscription && pushText(parts, kid)
      if (!text || text.length > limits.pushTextChars) return
      const outcome = await pushes.send(subscription, text, options)
      if (outcome === 'gone') await devices.unsubscribe(teamId, kid, subscription.endpoint)
      outcomes.set(kid, outcome)
    }),
  )
  return outcomes
}
