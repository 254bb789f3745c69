import { ok, refused } from '#protocol/errors.ts'
import type { HttpHandler } from './pipeline/http.ts'
import { pushDevices } from './push-devices.ts'

/** Bounds what a push service keeps of a check: somebody stands there and waits for it. */
const lifeMs = 60_000

/** Sends a device the push that it sealed to itself, and nobody else: whether notifications arrive is seen by one that does. */
export const checkSubscription: HttpHandler<'subscription.check'> = async ({ caller, body }, ports) => {
  const { devices, clock } = ports
  const row = await devices.get(caller.teamId, caller.kid)
  if (!row?.subscription) return refused('push_gone')
  if (!Object.hasOwn(body.push.wraps, caller.kid)) return refused('body_invalid', 'push')
  const outcomes = await pushDevices(ports, caller.teamId, [row], body.push, clock.now() + lifeMs)
  const outcome = outcomes.get(caller.kid)
  if (outcome === 'sent') return ok({})
  return refused(outcome === 'gone' ? 'push_gone' : 'push_refused')
}
