import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { newId } from '#protocol/ids.ts'
import { PushCheck } from '#protocol/statements/push-check.ts'
import { typ } from '#protocol/statements/typ.ts'
import { signStatement, verifyStatement } from '#trust/jws.ts'
import { sealPush } from '#trust/push.ts'
import type { Context } from './context.ts'

/** Seconds that a push service may keep a check. */
const TTL = 60

/**
 * Sends this device a real push, sealed and signed by itself, the way that an approval comes. Returns the check's id: `openPush` names it when the push arrives. Errors:
 * `not_paired`, `push_gone` (the relay has no address of this device, or it has expired), `push_refused` (the push service did not take it), those of the call.
 */
export async function checkPush(context: Context): Promise<Result<string>> {
  const team = context.team.need()
  if (!team.ok) return team
  const { crypto, keys, clock } = context
  const now = clock.now()
  const check: PushCheck = { v: 1, aud: team.value.teamId, id: newId('chk', now), iat: now }
  const statement = await signStatement(crypto, keys, typ.pushCheck, check)
  const push = await sealPush(crypto, { id: check.id, to: [keys.keys], statement, ttl: TTL, urgency: 'high' })
  if (!push) return refused('internal')
  const sent = await context.relay.call('subscription.check', { body: { push } })
  return sent.ok ? ok(check.id) : sent
}

/** The check's id, when this device itself sent it to itself in this team. Error: `statement_invalid`. */
export async function readPushCheck({ crypto, keys, team }: Context, jws: string): Promise<Result<string>> {
  const { kid, sign: key } = keys.keys
  const check = await verifyStatement(crypto, { jws, typ: typ.pushCheck, schema: PushCheck, key, kid })
  if (!check.ok) return check
  return check.value.aud === team.state()?.teamId ? ok(check.value.id) : refused('statement_invalid', 'audience')
}
