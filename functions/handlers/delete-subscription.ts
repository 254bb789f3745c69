import { ok } from '#protocol/errors.ts'
import type { HttpHandler } from './pipeline/http.ts'

export const deleteSubscription: HttpHandler<'subscription.delete'> = async ({ caller }, { devices }) => {
  await devices.unsubscribe(caller.teamId, caller.kid)
  return ok({})
}
