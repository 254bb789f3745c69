import { addPasskey, readPasskey } from '#client/add-passkey.ts'
import type { AskAuthenticator } from '#client/decide.ts'
import type { Device } from '#client/open-device.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { Assertion, Passkey } from '#protocol/statements/passkey.ts'
import { fromBase64url, toBase64url } from '#trust/bytes.ts'

const bytesOf = (text: string) => fromBase64url(text) ?? new Uint8Array()
const textOf = (bytes: ArrayBuffer) => toBase64url(new Uint8Array(bytes))

/** This device's authenticator verifies its person for a challenge (Web Authentication Level 3, section 7.2). Error: `decision_passkey`, also when the person cancels. */
export const askAuthenticator: AskAuthenticator = async ({ challenge, id }): Promise<Result<Assertion>> => {
  const credential = await navigator.credentials
    .get({
      publicKey: {
        challenge: bytesOf(challenge),
        allowCredentials: [{ type: 'public-key', id: bytesOf(id) }],
        userVerification: 'required',
      },
    })
    .catch(() => null)
  if (!(credential instanceof PublicKeyCredential)) return refused('decision_passkey')
  const { authenticatorData, clientDataJSON, signature } = credential.response as AuthenticatorAssertionResponse
  return ok({
    id: credential.id,
    authenticatorData: textOf(authenticatorData),
    clientDataJSON: textOf(clientDataJSON),
    signature: textOf(signature),
  })
}

export const hasAuthenticator = (): boolean => 'PublicKeyCredential' in globalThis

/** Makes a passkey on this device, which counts for nothing until an owner has stated it in the trust log. `name`: what the phone calls it. Error: `decision_passkey` (none was made). */
export async function makePasskey({ kid }: Device, name: string): Promise<Result<Passkey>> {
  const credential = await navigator.credentials
    .create({
      publicKey: {
        rp: { name: 'Countersign' },
        user: { id: bytesOf(kid), name, displayName: name },
        // It is stated in the trust log with the device's own signature; nothing is asked of the authenticator's maker.
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        attestation: 'none',
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
      },
    })
    .catch(() => null)
  if (!(credential instanceof PublicKeyCredential)) return refused('decision_passkey')
  const spki = (credential.response as AuthenticatorAttestationResponse).getPublicKey()
  if (!spki) return refused('decision_passkey')
  return readPasskey({ id: credential.id, spki: textOf(spki) })
}

/** Makes a passkey and states it at once: an owner's device may. Errors: those of `makePasskey` and `addPasskey`. */
export async function createPasskey(device: Device, name: string): Promise<Result<void>> {
  const passkey = await makePasskey(device, name)
  if (!passkey.ok) return passkey
  const added = await addPasskey(device.context, { passkey: passkey.value })
  return added.ok ? ok(undefined) : added
}
