import type { Assertion, Passkey } from '#protocol/statements/passkey.ts'
import { concat, fromBase64url } from '#trust/bytes.ts'

/** Loaded when a passkey is first asked for: a host that never does keeps its megabytes. */
export const loadWebAuthn = () => import('@simplewebauthn/server')

/**
 * Whether an authenticator has verified its person for this challenge (Web Authentication Level 3, section 7.2): by this credential, on the app's own origin and in no
 * frame of another, with user presence and user verification. Its counter is not kept: a challenge is the hash of one decision, which is spent once.
 */
export async function verifyPasskey(
  appOrigin: string,
  { id, authenticatorData, clientDataJSON, signature }: Assertion,
  challenge: string,
  passkey: Passkey,
): Promise<boolean> {
  const { verifyAuthenticationResponse } = await loadWebAuthn()
  const publicKey = coseKey(passkey)
  if (!publicKey || isFramed(clientDataJSON)) return false
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { authenticatorData, clientDataJSON, signature },
      },
      expectedChallenge: challenge,
      expectedOrigin: appOrigin,
      expectedRPID: new URL(appOrigin).hostname,
      credential: { id: passkey.id, publicKey, counter: 0 },
      requireUserVerification: true,
    })
    return verified
  } catch {
    // The library throws for everything that does not hold; which it was helps only who forges.
    return false
  }
}

/** COSE_Key of ES256 (RFC 9053 section 7.1.1): {1: EC2, 3: ES256, -1: P-256, -2: x, -3: y} in CBOR. */
function coseKey({ key }: Passkey): Uint8Array<ArrayBuffer> | null {
  const [x, y] = [fromBase64url(key.x), fromBase64url(key.y)]
  if (x?.length !== 32 || y?.length !== 32) return null
  return concat(Uint8Array.of(0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32), x, Uint8Array.of(0x22, 0x58, 32), y)
}

function isFramed(clientDataJSON: string): boolean {
  try {
    const data = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')) as { crossOrigin?: unknown }
    return data.crossOrigin === true
  } catch {
    return true
  }
}
