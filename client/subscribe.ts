import type { Result } from '#protocol/errors.ts'
import { ok } from '#protocol/errors.ts'
import type { PushSubscription } from '#protocol/records.ts'
import type { Context } from './context.ts'

/** Tells the relay where this device's pushes go; the last one counts. Errors: `push_endpoint_refused`, those of the call. */
export async function subscribe({ relay }: Context, subscription: PushSubscription): Promise<Result<void>> {
  const answer = await relay.call('subscription.write', { body: { subscription } })
  return answer.ok ? ok(undefined) : answer
}

/** No more pushes for this device. */
export async function unsubscribe({ relay }: Context): Promise<Result<void>> {
  const answer = await relay.call('subscription.delete', {})
  return answer.ok ? ok(undefined) : answer
}

/** The relay's public key that a browser subscribes with (RFC 8292). */
export async function pushKey({ relay }: Context): Promise<Result<string>> {
  const answer = await relay.call('relay.read', {})
  return answer.ok ? ok(answer.value.vapidPublicKey) : answer
}
