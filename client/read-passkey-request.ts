import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import { PasskeyRequest } from '#protocol/statements/passkey-request.ts'
import { typ } from '#protocol/statements/typ.ts'
import type { Context } from './context.ts'
import { verifyByTeam } from './open-statement.ts'

/**
 * Reads another device's link to have its passkey stated, as scanned or opened; `addPasskey` then states it. Errors: `statement_invalid` (not by a device of this team that
 * stands, about itself; older than a day), `trust_entry_refused` (it has one).
 */
export async function readPasskeyRequest(context: Context, link: string): Promise<Result<PasskeyRequest>> {
  const known = await context.team.sync(context.relay)
  if (!known.ok) return known
  const jws = link.slice(link.indexOf('#') + 1)
  const expected = { typ: typ.passkeyRequest, schema: PasskeyRequest, from: 'device' } as const
  const read = await verifyByTeam(context, known.value, jws, expected)
  if (!read.ok) return read
  const { value, key, kid } = read.value
  const isOld = value.iat + limits.passkeyRequestMs < context.clock.now()
  if (value.aud !== known.value.teamId || value.device !== kid || key.removedAt !== null || isOld)
    return refused('statement_invalid')
  return key.passkey ? refused('trust_entry_refused', 'This device has its passkey.') : ok(value)
}
