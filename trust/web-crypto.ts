import * as HPKE from 'hpke'
import type { PublicJwk } from '#protocol/keys.ts'
import { fromBase64url } from './bytes.ts'
import type { CryptoPort, Exporter, HpkeOptions } from './crypto.ts'

const SIGN = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SEAL = { name: 'ECDH', namedCurve: 'P-256' } as const
const SHA = { name: 'ECDSA', hash: 'SHA-256' } as const
const suite = new HPKE.CipherSuite(HPKE.KEM_DHKEM_P256_HKDF_SHA256, HPKE.KDF_HKDF_SHA256, HPKE.AEAD_AES_256_GCM)
const subtle = globalThis.crypto.subtle

/** WebCrypto: Node 24 and every browser's page and service worker. */
export const webCrypto: CryptoPort = {
  random: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
  sha256: async (bytes) => new Uint8Array(await subtle.digest('SHA-256', copy(bytes))),
  async generate(extractable) {
    const sign = await subtle.generateKey(SIGN, extractable, ['sign', 'verify'])
    const seal = await subtle.generateKey(SEAL, extractable, ['deriveBits'])
    return { sign, seal }
  },
  sign: async (key, bytes) => new Uint8Array(await subtle.sign(SHA, key, copy(bytes))),
  async verify(publicKey, signature, bytes) {
    const key = await importSign(publicKey)
    return key !== null && signature.length === 64 && subtle.verify(SHA, key, copy(signature), copy(bytes))
  },
  async hpkeSeal(publicKey, options, plaintext) {
    const key = await subtle.importKey('jwk', { ...publicKey, ext: true }, SEAL, true, [])
    const { encapsulatedSecret, ctx } = await suite.SetupSender(key, setup(options))
    const ct = await ctx.Seal(copy(plaintext), options.aad && copy(options.aad))
    return { enc: copy(encapsulatedSecret), ct: copy(ct), exporter: exporterOf(ctx) }
  },
  async hpkeOpen(pair, enc, options, ct) {
    try {
      const ctx = await suite.SetupRecipient(pair, copy(enc), setup(options))
      const plaintext = await ctx.Open(copy(ct), options.aad && copy(options.aad))
      return { plaintext: copy(plaintext), exporter: exporterOf(ctx) }
    } catch {
      return null
    }
  },
  async aesSeal(key, nonce, aad, plaintext) {
    const secret = await subtle.importKey('raw', copy(key), 'AES-GCM', false, ['encrypt'])
    return new Uint8Array(
      await subtle.encrypt({ name: 'AES-GCM', iv: copy(nonce), additionalData: copy(aad) }, secret, copy(plaintext)),
    )
  },
  async aesOpen(key, nonce, aad, ct) {
    try {
      const secret = await subtle.importKey('raw', copy(key), 'AES-GCM', false, ['decrypt'])
      return new Uint8Array(
        await subtle.decrypt({ name: 'AES-GCM', iv: copy(nonce), additionalData: copy(aad) }, secret, copy(ct)),
      )
    } catch {
      return null
    }
  },
}

/** Null for a point that is not on the curve. */
async function importSign(jwk: PublicJwk): Promise<CryptoKey | null> {
  if (!fromBase64url(jwk.x) || !fromBase64url(jwk.y)) return null
  try {
    return await subtle.importKey('jwk', { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, SIGN, true, ['verify'])
  } catch {
    return null
  }
}

const setup = ({ info, psk, pskId }: HpkeOptions) => ({
  info: copy(info),
  ...(psk && pskId ? { psk: copy(psk), pskId: copy(pskId) } : {}),
})

const exporterOf =
  (ctx: { Export(context: Uint8Array, length: number): Promise<Uint8Array> }): Exporter =>
  async (context, length) =>
    copy(await ctx.Export(copy(context), length))

/** WebCrypto's types take no view of a SharedArrayBuffer; a view of an ArrayBuffer passes as it is. */
const copy = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
