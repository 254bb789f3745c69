import { createHash, createPublicKey, getRandomValues, type KeyObject, verify } from 'node:crypto'
import type { PublicJwk } from '#protocol/keys.ts'
import type { CryptoPort } from '#trust/crypto.ts'

const never = (): never => {
  throw new Error('the relay holds no private key: it neither signs, seals nor opens')
}

/**
 * What a relay needs of cryptography: it hashes and verifies, many times a second. Node's own functions on this thread take a third of the time of
 * WebCrypto's jobs on others, and HPKE stays out of the bundles. Same answers as `webCrypto`: a key that is no point of the curve verifies nothing.
 */
export const verifyingCrypto: CryptoPort = {
  random: (length) => getRandomValues(new Uint8Array(length)),
  sha256: async (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
  async verify(publicKey, signature, bytes) {
    const key = importKey(publicKey)
    return (
      key !== null && signature.length === 64 && verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature)
    )
  },
  generate: never,
  sign: never,
  hpkeSeal: never,
  hpkeOpen: never,
  aesSeal: never,
  aesOpen: never,
}

function importKey({ kty, crv, x, y }: PublicJwk): KeyObject | null {
  try {
    return createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })
  } catch {
    return null
  }
}
