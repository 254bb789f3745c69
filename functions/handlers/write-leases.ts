import { ok } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import { checkLease } from '#trust/lease.ts'
import { verifyingCrypto } from '#trust/node/verifying-crypto.ts'
import { readLog } from '#trust/trust-log.ts'
import type { HttpHandler } from './pipeline/http.ts'

/** Keeps the longest lease of each device. The relay verifies them, so that nobody but an owner puts one aside; hosts and devices verify them again. */
export const writeLeases: HttpHandler<'leases.write'> = async ({ caller, body }, { teams }) => {
  const { teamId } = caller
  const state = await readLog(verifyingCrypto, await teams.entries(teamId, 0, limits.trustEntries))
  if (!state.ok) return state
  for (const jws of body.leases) {
    const lease = await checkLease(verifyingCrypto, state.value, jws)
    if (!lease.ok) return lease
    await teams.keepLease(teamId, { kid: lease.value.kid, until: lease.value.until, jws })
  }
  return ok({})
}
