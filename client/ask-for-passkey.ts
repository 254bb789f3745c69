import type { Result } from '#protocol/errors.ts'
import { ok } from '#protocol/errors.ts'
import type { Passkey } from '#protocol/statements/passkey.ts'
import type { PasskeyRequest } from '#protocol/statements/passkey-request.ts'
import { typ } from '#protocol/statements/typ.ts'
import { signStatement } from '#trust/jws.ts'
import type { Context } from './context.ts'

/**
 * The link by which this device asks an owner to state its passkey in the trust log: to be scanned or sent, it holds no secret. `appOrigin`: where the owner's app opens it.
 * Error: `not_paired`.
 */
export async function askForPasskey(
  { crypto, keys, clock, team }: Context,
  { passkey, appOrigin }: { passkey: Passkey; appOrigin: string },
): Promise<Result<string>> {
  const known = team.need()
  if (!known.ok) return known
  const asked: PasskeyRequest = {
    v: 1,
    aud: known.value.teamId,
    device: keys.keys.kid,
    passkey,
    iat: clock.now(),
  }
  return ok(`${appOrigin}/passkey#${await signStatement(crypto, keys, typ.passkeyRequest, asked)}`)
}
