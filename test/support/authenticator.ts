import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { Assertion, Passkey } from '#protocol/statements/passkey.ts'

export type AssertOptions = {
  origin?: string
  /** The name that the authenticator hashes; default: the origin's. */
  rpId?: string
  present?: boolean
  verified?: boolean
  crossOrigin?: boolean
  type?: string
  counter?: number
}

/** An authenticator in a few lines (Web Authentication Level 3, sections 6.1 and 6.3.3), honest unless it is told otherwise. */
export function createAuthenticator(home = 'https://relay.example') {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const id = randomBytes(32).toString('base64url')
  const passkey: Passkey = { id, key: { kty: 'EC', crv: 'P-256', x, y } }

  function assert(challenge: string, options: AssertOptions = {}): Assertion {
    const { origin = home, rpId = new URL(origin).hostname, present = true, verified = true } = options
    const { crossOrigin = false, type = 'webauthn.get', counter = 0 } = options
    const clientData = Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin }))
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    const flags = (present ? 1 : 0) | (verified ? 4 : 0)
    const data = Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.of(flags), count])
    const signed = Buffer.concat([data, createHash('sha256').update(clientData).digest()])
    return {
      id,
      authenticatorData: data.toString('base64url'),
      clientDataJSON: clientData.toString('base64url'),
      signature: sign('sha256', signed, privateKey).toString('base64url'),
    }
  }
  return { passkey, assert, spki: publicKey.export({ format: 'der', type: 'spki' }).toString('base64url') }
}
