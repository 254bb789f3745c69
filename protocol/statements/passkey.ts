import * as z from 'zod/mini'
import { base64url } from '../encoding.ts'
import { PublicJwk } from '../keys.ts'

/** A credential's id in characters: WebAuthn allows 1,023 bytes. */
const CredentialId = base64url(1_364)

/**
 * A WebAuthn credential that belongs to a device (Web Authentication Level 3, section 4). ES256 only, so that there is one algorithm everywhere; the origin it is for is not
 * in it: the host knows the app's own.
 */
export const Passkey = z.strictObject({ id: CredentialId, key: PublicJwk })
export type Passkey = z.infer<typeof Passkey>

/**
 * What an authenticator answers (section 5.2.2), each field base64url: `signature` is ASN.1 DER over `authenticatorData` and the SHA-256 of `clientDataJSON`, whose challenge
 * is the hash of the decision without this field.
 */
export const Assertion = z.strictObject({
  id: CredentialId,
  authenticatorData: base64url(1_000),
  clientDataJSON: base64url(2_000),
  signature: base64url(150),
})
export type Assertion = z.infer<typeof Assertion>
