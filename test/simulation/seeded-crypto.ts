import { hash, KeyObject } from 'node:crypto'
import type { PublicJwk } from '#protocol/keys.ts'
import { concat, fromBase64url, toBase64url } from '#trust/bytes.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { generateKeys, type KeyPair } from '#trust/keys.ts'
import { aes256gcm } from '#trust/node/hpke-suite.ts'
import { verifyingCrypto } from '#trust/node/verifying-crypto.ts'
import type { Random } from './random.ts'
import { secretFrom, secretKey, signSeeded } from './seeded-ecdsa.ts'
import { createHpke } from './seeded-hpke.ts'

const NOTHING = new Uint8Array()
const { subtle } = globalThis.crypto

/** The uncompressed point; null for what has not its length. */
function pointOf({ x, y }: PublicJwk): Uint8Array | null {
  const [left, right] = [fromBase64url(x), fromBase64url(y)]
  return left?.length === 32 && right?.length === 32 ? concat(Uint8Array.of(4), left, right) : null
}

async function keyPair(secret: Uint8Array, name: 'ECDSA' | 'ECDH') {
  const { point } = secretKey(secret)
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: toBase64url(point.subarray(1, 33)),
    y: toBase64url(point.subarray(33)),
  } as const
  const algorithm = { name, namedCurve: 'P-256' }
  const [mine, others] = name === 'ECDSA' ? ([['sign'], ['verify']] as const) : ([['deriveBits'], []] as const)
  return {
    publicKey: await subtle.importKey('jwk', jwk, algorithm, true, others),
    privateKey: await subtle.importKey('jwk', { ...jwk, d: toBase64url(secret) }, algorithm, true, mine),
  }
}

/**
 * All the cryptography of a simulated run: the real algorithms, and nothing of chance but what the seed gives. A contract test holds it to WebCrypto and, byte for byte, to
 * `@noble`. Everything answers without leaving the thread, so that the order of events is the seed's too. Keys have to be extractable.
 */
export function seededCrypto(random: Random): CryptoPort {
  const secrets = new WeakMap<CryptoKey, Uint8Array>()
  const secretOf = (key: CryptoKey): Uint8Array => {
    const known = secrets.get(key)
    if (known) return known
    const { d } = KeyObject.from(key).export({ format: 'jwk' })
    const secret = fromBase64url(d ?? '') ?? NOTHING
    secrets.set(key, secret)
    return secret
  }
  const hpke = createHpke()
  const verified = new Map<string, boolean>()
  const newSecret = () => secretFrom(random.bytes(48))

  return {
    random: (length) => random.bytes(length),
    sha256: async (bytes) => new Uint8Array(hash('sha256', bytes, 'buffer')),
    generate: async () => ({
      sign: (await keyPair(newSecret(), 'ECDSA')) as CryptoKeyPair,
      seal: await keyPair(newSecret(), 'ECDH'),
    }),
    sign: async (key, bytes) => signSeeded(secretOf(key), bytes),
    // Devices, hosts and their later lives verify the same statements again and again.
    async verify(publicKey, signature, bytes) {
      const name = `${publicKey.x}.${publicKey.y}.${toBase64url(signature)}.${hash('sha256', bytes)}`
      const known = verified.get(name)
      if (known !== undefined) return known
      const said = await verifyingCrypto.verify(publicKey, signature, bytes)
      verified.set(name, said)
      return said
    },
    async hpkeSeal(publicKey, { info, aad, psk, pskId }, plaintext) {
      const point = pointOf(publicKey)
      if (!point) throw new TypeError('not a public key')
      const setup = psk && pskId ? { info, psk, pskId } : { info }
      return hpke.seal(newSecret(), point, setup, aad ?? NOTHING, plaintext)
    },
    async hpkeOpen(pair, enc, { info, aad, psk, pskId }, ct) {
      const setup = psk && pskId ? { info, psk, pskId } : { info }
      return hpke.open(secretOf(pair.privateKey), enc, setup, aad ?? NOTHING, ct)
    },
    aesSeal: async (key, nonce, aad, plaintext) => aes256gcm.seal(key, nonce, aad, plaintext),
    async aesOpen(key, nonce, aad, ct) {
      try {
        return aes256gcm.open(key, nonce, aad, ct)
      } catch {
        return null
      }
    },
  }
}

/** Keys that every run shares: making them is no part of what is simulated. */
export const seededKeys = (random: Random): Promise<KeyPair> =>
  generateKeys(seededCrypto(random), { extractable: true })
