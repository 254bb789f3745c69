import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { kidOfHost } from '#protocol/ids.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { makeSetPolicy } from '#trust/trust-log.ts'
import type { Context } from './context.ts'
import { extendTeam } from './extend-team.ts'

/** Holds a host to a policy, by an owner's signature: under another it does nothing. `policyHash` is what its status names. Errors: `host_not_found`, those of `extendTeam`. */
export const setPolicy = (
  context: Context,
  { hostId, policyHash }: { hostId: string; policyHash: string },
): Promise<Result<TeamState>> =>
  extendTeam(context, async (team, now) => {
    const host = team.keys.get(kidOfHost(hostId))
    if (host?.kind !== 'host' || host.removedAt !== null) return refused('host_not_found')
    if (team.policies.get(hostId) === policyHash) return ok(null)
    return ok(await makeSetPolicy(context.crypto, context.keys, team, { host: hostId, policyHash, now }))
  })
