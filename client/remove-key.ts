import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { standingKeyOf } from '#trust/team-state.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { makeRemoveKey } from '#trust/trust-log.ts'
import type { Context } from './context.ts'
import { extendTeam } from './extend-team.ts'

/** Takes a device or a host out of the team: an owner's signature on the trust log. Returns the team without it. Errors: `key_not_found`, those of `extendTeam`. */
export const removeKey = (context: Context, kid: string): Promise<Result<TeamState>> =>
  extendTeam(context, async (team, now) => {
    // Whoever found a phone may have given it new keys meanwhile: they go as well.
    const key = standingKeyOf(team, kid)
    if (!key) return refused('key_not_found')
    return ok(await makeRemoveKey(context.crypto, context.keys, team, { kid: key.keys.kid, now }))
  })
