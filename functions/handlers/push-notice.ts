import { ok } from '#protocol/errors.ts'
import type { HttpHandler } from './pipeline/http.ts'
import { pushDevices } from './push-devices.ts'

/** Pushes what a host says to devices of its team, at once and once: nothing depends on that it arrives. */
export const pushNotice: HttpHandler<'notice.push'> = async ({ caller, body }, ports) => {
  const { devices, clock } = ports
  const { push } = body
  const rows = (await devices.all(caller.teamId)).filter(({ kid }) => Object.hasOwn(push.wraps, kid))
  await pushDevices(ports, caller.teamId, rows, push, clock.now() + push.ttl * 1_000)
  return ok({})
}
