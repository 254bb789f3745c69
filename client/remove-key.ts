import type { Result } from '#protocol/errors.ts'
import { refused } from '#protocol/errors.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { makeRemoveKey } from '#trust/trust-log.ts'
import type { Context } from './context.ts'

/**
 * Takes a device or a host out of the team: an owner's signature on the trust log. Returns the team without it. Errors: `trust_entry_refused` (not an owner),
 * `key_unknown`, `trust_head_moved` (somebody was faster three times), those of the call.
 */
export async function removeKey(context: Context, kid: string): Promise<Result<TeamState>> {
  const { crypto, keys, clock, relay, team } = context
  for (let tries = 1; ; tries += 1) {
    const known = await team.sync(relay)
    if (!known.ok) return known
    const key = known.value.keys.get(kid)
    if (!key || key.removedAt !== null) return refused('key_unknown')
    const entry = await makeRemoveKey(crypto, keys, known.value, { kid, now: clock.now() })
    const appended = await relay.call('trust.append', { body: { entry } })
    if (appended.ok) return team.sync(relay)
    if (appended.code !== 'trust_head_moved' || tries >= 3) return appended
  }
}
