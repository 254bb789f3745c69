import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { makeRemoveKey } from '#trust/trust-log.ts'
import type { Context } from './context.ts'
import { extendTeam } from './extend-team.ts'

/** Takes a device or a host out of the team: an owner's signature on the trust log. Returns the team without it. Errors: `key_unknown`, those of `extendTeam`. */
export const removeKey = (context: Context, kid: string): Promise<Result<TeamState>> =>
  extendTeam(context, async (team, now) => {
    const key = team.keys.get(kid)
    if (!key || key.removedAt !== null) return refused('key_unknown')
    return ok(await makeRemoveKey(context.crypto, context.keys, team, { kid, now }))
  })
