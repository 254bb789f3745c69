import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { Passkey } from '#protocol/statements/passkey.ts'
import { fromBase64url, toBase64url } from '#trust/bytes.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { makeAddPasskey } from '#trust/trust-log.ts'
import type { Context } from './context.ts'
import { extendTeam } from './extend-team.ts'

/** A P-256 key as SubjectPublicKeyInfo (RFC 5480 section 2) is this and two coordinates. */
const spkiHead = 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE'
const headBytes = 27

/**
 * What the trust log keeps of a fresh credential: `id` is `credential.id`, `spki` what `credential.response.getPublicKey()` gives, as base64url. Make it by
 * `navigator.credentials.create` with `pubKeyCredParams: [{ type: 'public-key', alg: -7 }]`, `authenticatorSelection: { userVerification: 'required' }`, `attestation: 'none'`.
 * Error: `decision_passkey` for a key of another kind.
 */
export function readPasskey({ id, spki }: { id: string; spki: string }): Result<Passkey> {
  const bytes = fromBase64url(spki)
  const head = fromBase64url(spkiHead)
  if (!bytes || !head || bytes.length !== headBytes + 64 || !head.every((byte, at) => byte === bytes[at]))
    return refused('decision_passkey', 'Its key is not one of ES256.')
  const [x, y] = [bytes.slice(headBytes, headBytes + 32), bytes.slice(headBytes + 32)].map(toBase64url) as [
    string,
    string,
  ]
  return { ok: true, value: { id, key: { kty: 'EC', crv: 'P-256', x, y } } }
}

/**
 * States a device's credential in the trust log, by an owner's signature: this device's own, or another's (`kid`) that showed it. A device has one passkey, and keeps it.
 * Errors: `trust_entry_refused` (not an owner, or it has one), `key_unknown`, `trust_head_moved` (somebody was faster each time), those of the call.
 */
export async function addPasskey(
  context: Context,
  { passkey, kid = context.keys.keys.kid }: { passkey: Passkey; kid?: string },
): Promise<Result<TeamState>> {
  const { crypto, keys } = context
  return extendTeam(context, async (team, now) => ok(await makeAddPasskey(crypto, keys, team, { kid, passkey, now })))
}
