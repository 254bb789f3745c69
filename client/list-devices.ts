import type { Result } from '#protocol/errors.ts'
import { ok } from '#protocol/errors.ts'
import type { DeviceView } from '#protocol/records.ts'
import type { TeamKey } from '#trust/trust-log.ts'
import { devicesOf } from '#trust/trust-log.ts'
import type { Context } from './context.ts'

/** A device of the trust log, and what the relay has seen of it; null: nothing. */
export type DeviceSummary = { key: TeamKey; seen: DeviceView | null }

/** The devices of the trust log, oldest first; what the relay adds is only when each was there. Errors: `not_paired`, those of the call. */
export async function listDevices({ team, relay }: Context): Promise<Result<DeviceSummary[]>> {
  const known = team.need()
  if (!known.ok) return known
  const answer = await relay.call('devices.list', {})
  if (!answer.ok) return answer
  const views = new Map(answer.value.devices.map((view) => [view.kid, view]))
  return ok(devicesOf(known.value).map((key) => ({ key, seen: views.get(key.keys.kid) ?? null })))
}
