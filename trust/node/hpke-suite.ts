import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHmac,
  createPublicKey,
  diffieHellman,
  type KeyObject,
} from 'node:crypto'
import * as HPKE from 'hpke'
import { concat } from '../bytes.ts'

/** A public key as its uncompressed point; a private one as Node holds it. */
export type HpkeKey =
  | { type: 'public'; algorithm: { name: 'ECDH' }; extractable: true; point: Uint8Array }
  | { type: 'private'; algorithm: { name: 'ECDH' }; extractable: false; object: KeyObject }

const CURVE = 'prime256v1'
const HASH = 32
const TAG = 16
/** "KEM" and the KEM's number, RFC 9180 section 4.1. */
const KEM_ID = Uint8Array.of(0x4b, 0x45, 0x4d, 0, 0x10)
/** SubjectPublicKeyInfo of an uncompressed P-256 point, up to the point (RFC 5480 section 2). */
const SPKI = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex')
const NOTHING = new Uint8Array()

const hmac = (key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array => {
  const mac = createHmac('sha256', key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}

const never = async (): Promise<never> => {
  throw new Error('keys are made, kept and written by the crypto port, not by its HPKE suite')
}

/** HKDF with SHA-256, RFC 5869. */
const kdf: HPKE.KDF = {
  id: 1,
  type: 'KDF',
  name: 'HKDF-SHA256',
  Nh: HASH,
  stages: 2,
  Extract: async (salt, ikm) => hmac(salt, ikm),
  async Expand(prk, info, length) {
    const blocks: Uint8Array[] = []
    for (let n = 1; blocks.length * HASH < length; n++)
      blocks.push(hmac(prk, blocks.at(-1) ?? NOTHING, info, Uint8Array.of(n)))
    return concat(...blocks).subarray(0, length)
  },
  Derive: never,
}

/** RFC 9180 section 4.1: ExtractAndExpand. */
async function sharedSecret(dh: Uint8Array, enc: Uint8Array, receiver: Uint8Array): Promise<Uint8Array> {
  const label = (text: string): Uint8Array => Buffer.from(text)
  const prk = await HPKE.LabeledExtract(kdf, KEM_ID, NOTHING, label('eae_prk'), dh)
  return HPKE.LabeledExpand(kdf, KEM_ID, prk, label('shared_secret'), concat(enc, receiver), HASH)
}

const pointOf = (key: HpkeKey): Uint8Array => {
  if (key.type !== 'public') throw new TypeError('not a public key')
  return key.point
}

/** Only the uncompressed form is one of ours: 0x04, x, y. Whether it lies on the curve is checked by Node where it is used. */
const isPoint = (bytes: Uint8Array): boolean => bytes.length === 65 && bytes[0] === 4

/** DHKEM(P-256, HKDF-SHA256), RFC 9180 section 4.1, with the sender's ephemeral key inside. */
const kem: HPKE.KEM<HpkeKey> = {
  id: 0x10,
  type: 'KEM',
  name: 'DHKEM(P-256, HKDF-SHA256)',
  Nsecret: HASH,
  Nenc: 65,
  Npk: 65,
  Nsk: 32,
  async Encap(receiver) {
    const ephemeral = createECDH(CURVE)
    const enc = ephemeral.generateKeys()
    const point = pointOf(receiver)
    return { enc, shared_secret: await sharedSecret(ephemeral.computeSecret(point), enc, point) }
  },
  async Decap(enc, secret, receiver) {
    if (secret.type !== 'private' || !receiver || !isPoint(enc)) throw new TypeError('not a key pair, or not a point')
    const publicKey = createPublicKey({ key: Buffer.concat([SPKI, enc]), format: 'der', type: 'spki' })
    return sharedSecret(diffieHellman({ privateKey: secret.object, publicKey }), enc, pointOf(receiver))
  },
  DeriveKeyPair: never,
  GenerateKeyPair: never,
  SerializePublicKey: never,
  DeserializePublicKey: never,
  SerializePrivateKey: never,
  DeserializePrivateKey: never,
}

/** AES-256-GCM with the tag behind the ciphertext, as RFC 9180 and WebCrypto have it. Opening throws when the tag does not fit. */
export const aes256gcm = {
  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array<ArrayBuffer> {
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(aad)
    return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
  },
  open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, ct: Uint8Array): Uint8Array<ArrayBuffer> {
    const tag = ct.subarray(-TAG)
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(aad).setAuthTag(tag)
    return concat(decipher.update(ct.subarray(0, -TAG)), decipher.final())
  },
}

const aead: HPKE.AEAD = {
  id: 2,
  type: 'AEAD',
  name: 'AES-256-GCM',
  Nk: 32,
  Nn: 12,
  Nt: TAG,
  Seal: async (...message) => aes256gcm.seal(...message),
  Open: async (...message) => aes256gcm.open(...message),
}

/**
 * The suite of trust.md on Node's own functions, without WebCrypto's jobs on other threads, of which one HPKE message makes more than ten. Key schedule, modes and labels are the
 * library's; a contract test holds both to the same bytes.
 */
export const hpkeSuite = new HPKE.CipherSuite<HpkeKey>(
  () => kem,
  () => kdf,
  () => aead,
)
