import { ok, refused } from '#protocol/errors.ts'
import { isPushEndpoint } from '../domain/push-endpoint.ts'
import type { HttpHandler } from './pipeline/http.ts'

export const writeSubscription: HttpHandler<'subscription.write'> = async ({ caller, body }, { devices }) => {
  if (!isPushEndpoint(body.subscription.endpoint)) return refused('push_endpoint_refused')
  const kept = await devices.subscribe(caller.teamId, caller.kid, body.subscription)
  return kept ? ok({}) : refused('key_unknown')
}
