import type { PublicJwk, PublicKeys } from '#protocol/keys.ts'
import { PublicJwk as PublicJwkSchema } from '#protocol/keys.ts'
import { utf8 } from './bytes.ts'
import type { CryptoPort, SealPair } from './crypto.ts'
import { sha256 } from './hash.ts'
import { webCrypto } from './web-crypto.ts'

/** Keys of a device or a host: the public ones, and what only it holds. */
export type KeyPair = { keys: PublicKeys; signKey: CryptoKey; sealPair: SealPair }

/** Private keys as JWK, for a file that only its owner may read (Node). */
export type ExportedKeys = { v: 1; sign: JsonWebKey; seal: JsonWebKey }

/** RFC 7638 thumbprint with SHA-256, base64url. */
export const kidOf = (c: CryptoPort, { crv, kty, x, y }: PublicJwk): Promise<string> =>
  sha256(c, utf8(JSON.stringify({ crv, kty, x, y })))

/** True when `kid` is the thumbprint of the signing key. */
export const checkKeys = async (c: CryptoPort, keys: PublicKeys): Promise<boolean> =>
  (await kidOf(c, keys.sign)) === keys.kid

/** Fresh keys. A browser's are never extractable; a terminal's have to be, to be kept in a file. */
export async function generateKeys(c: CryptoPort, { extractable }: { extractable: boolean }): Promise<KeyPair> {
  const { sign, seal } = await c.generate(extractable)
  return { keys: await publicKeysOf(c, sign.publicKey, seal.publicKey), signKey: sign.privateKey, sealPair: seal }
}

async function publicKeysOf(c: CryptoPort, sign: CryptoKey, seal: CryptoKey): Promise<PublicKeys> {
  const signJwk = await publicJwk(sign)
  return { kid: await kidOf(c, signJwk), sign: signJwk, seal: await publicJwk(seal) }
}

async function publicJwk(key: CryptoKey): Promise<PublicJwk> {
  const { kty, crv, x, y } = await globalThis.crypto.subtle.exportKey('jwk', key)
  return PublicJwkSchema.parse({ kty, crv, x, y })
}

export async function exportKeys(pair: KeyPair): Promise<ExportedKeys> {
  const { subtle } = globalThis.crypto
  return {
    v: 1,
    sign: await subtle.exportKey('jwk', pair.signKey),
    seal: await subtle.exportKey('jwk', pair.sealPair.privateKey),
  }
}

/** Throws on a damaged file: the caller says which. */
export async function importKeys(exported: ExportedKeys): Promise<KeyPair> {
  const [sign, seal] = await Promise.all([importPair(exported.sign, 'ECDSA'), importPair(exported.seal, 'ECDH')])
  return {
    keys: await publicKeysOf(webCrypto, sign.publicKey, seal.publicKey),
    signKey: sign.privateKey,
    sealPair: seal,
  }
}

async function importPair(jwk: JsonWebKey, name: 'ECDSA' | 'ECDH'): Promise<SealPair> {
  const { subtle } = globalThis.crypto
  const algorithm = { name, namedCurve: 'P-256' }
  const { kty, crv, x, y } = jwk
  const publicJwkOnly = PublicJwkSchema.parse({ kty, crv, x, y })
  const [publicKey, privateKey] = await Promise.all([
    subtle.importKey('jwk', { ...publicJwkOnly }, algorithm, true, name === 'ECDSA' ? ['verify'] : []),
    subtle.importKey(
      'jwk',
      { ...publicJwkOnly, ...(jwk.d === undefined ? {} : { d: jwk.d }) },
      algorithm,
      true,
      name === 'ECDSA' ? ['sign'] : ['deriveBits'],
    ),
  ])
  return { publicKey, privateKey }
}
