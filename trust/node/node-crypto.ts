import { KeyObject, sign } from 'node:crypto'
import type { PublicJwk } from '#protocol/keys.ts'
import { concat, fromBase64url } from '../bytes.ts'
import type { CryptoPort, Exporter, HpkeOptions } from '../crypto.ts'
import { webCrypto } from '../web-crypto.ts'
import { aes256gcm, type HpkeKey, hpkeSuite } from './hpke-suite.ts'
import { verifyingCrypto } from './verifying-crypto.ts'

/**
 * All the cryptography of hosts and of devices that run on Node, on the calling thread: same keys and same answers as `webCrypto`, at a fraction of its time for messages of a few
 * kilobytes. Keys are made by `webCrypto`, once a life, and have to be extractable: those of a file are.
 */
export const nodeCrypto: CryptoPort = {
  ...verifyingCrypto,
  generate: webCrypto.generate,
  sign: async (key, bytes) =>
    new Uint8Array(sign('sha256', bytes, { key: KeyObject.from(key), dsaEncoding: 'ieee-p1363' })),
  async hpkeSeal(publicKey, options, plaintext) {
    const { encapsulatedSecret, ctx } = await hpkeSuite.SetupSender(publicHpkeKey(publicKey), setup(options))
    const ct = await ctx.Seal(plaintext, options.aad)
    return { enc: new Uint8Array(encapsulatedSecret), ct: new Uint8Array(ct), exporter: exporterOf(ctx) }
  },
  async hpkeOpen(pair, enc, options, ct) {
    try {
      const ctx = await hpkeSuite.SetupRecipient(hpkePair(pair), enc, setup(options))
      const plaintext = await ctx.Open(ct, options.aad)
      return { plaintext: new Uint8Array(plaintext), exporter: exporterOf(ctx) }
    } catch {
      return null
    }
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

/** Throws for a point that is none, as WebCrypto's import does. */
function publicHpkeKey({ x, y }: PublicJwk): HpkeKey {
  const [left, right] = [fromBase64url(x), fromBase64url(y)]
  if (left?.length !== 32 || right?.length !== 32) throw new TypeError('not a public key')
  const point = concat(Uint8Array.of(4), left, right)
  return { type: 'public', algorithm: { name: 'ECDH' }, extractable: true, point }
}

function hpkePair({ publicKey, privateKey }: { publicKey: CryptoKey; privateKey: CryptoKey }) {
  const jwk = KeyObject.from(publicKey).export({ format: 'jwk' })
  return {
    publicKey: publicHpkeKey(jwk as PublicJwk),
    privateKey: {
      type: 'private',
      algorithm: { name: 'ECDH' },
      extractable: false,
      object: KeyObject.from(privateKey),
    } satisfies HpkeKey,
  }
}

const setup = ({ info, psk, pskId }: HpkeOptions) => ({ info, ...(psk && pskId ? { psk, pskId } : {}) })

const exporterOf =
  (ctx: { Export(context: Uint8Array, length: number): Promise<Uint8Array> }): Exporter =>
  async (context, length) =>
    new Uint8Array(await ctx.Export(context, length))
