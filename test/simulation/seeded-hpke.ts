import { concat, utf8 } from '#trust/bytes.ts'
import { aes256gcm } from '#trust/node/hpke-suite.ts'
import { hmacSha256 as hmac } from './hmac.ts'
import { secretKey } from './seeded-ecdsa.ts'

/** HPKE of RFC 9180 by the letter, for one suite: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; base and PSK mode, one message. The ephemeral key is given: that is all that chance does. */
const KEM = concat(utf8('KEM'), Uint8Array.of(0, 0x10))
const SUITE = concat(utf8('HPKE'), Uint8Array.of(0, 0x10, 0, 1, 0, 2))
const NOTHING = new Uint8Array()

const extract = (suite: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array) =>
  hmac(salt, concat(utf8('HPKE-v1'), suite, utf8(label), ikm))

function expand(suite: Uint8Array, prk: Uint8Array, label: string, info: Uint8Array, length: number) {
  const labeled = concat(Uint8Array.of(length >> 8, length & 255), utf8('HPKE-v1'), suite, utf8(label), info)
  const blocks: Uint8Array[] = []
  for (let n = 1; blocks.length * 32 < length; n += 1)
    blocks.push(hmac(prk, concat(blocks.at(-1) ?? NOTHING, labeled, Uint8Array.of(n))))
  return concat(...blocks).slice(0, length)
}

export type HpkeSetup = { info: Uint8Array; psk?: Uint8Array; pskId?: Uint8Array }

function schedule(dh: Uint8Array, enc: Uint8Array, receiver: Uint8Array, { info, psk, pskId }: HpkeSetup) {
  const prk = extract(KEM, NOTHING, 'eae_prk', dh)
  const shared = expand(KEM, prk, 'shared_secret', concat(enc, receiver), 32)
  const context = concat(
    Uint8Array.of(psk ? 1 : 0),
    extract(SUITE, NOTHING, 'psk_id_hash', pskId ?? NOTHING),
    extract(SUITE, NOTHING, 'info_hash', info),
  )
  const secret = extract(SUITE, shared, 'secret', psk ?? NOTHING)
  const exporter = expand(SUITE, secret, 'exp', context, 32)
  return {
    key: expand(SUITE, secret, 'key', context, 32),
    nonce: expand(SUITE, secret, 'base_nonce', context, 12),
    exporter: async (of: Uint8Array, length: number) => expand(SUITE, exporter, 'sec', of, length),
  }
}

type Bytes = Uint8Array<ArrayBuffer>
type Exporter = ReturnType<typeof schedule>['exporter']

export type Hpke = {
  seal(
    ephemeral: Uint8Array,
    receiver: Uint8Array,
    setup: HpkeSetup,
    aad: Uint8Array,
    plaintext: Uint8Array,
  ): { enc: Bytes; ct: Bytes; exporter: Exporter }
  /** Null when it does not open. */
  open(
    secret: Uint8Array,
    enc: Uint8Array,
    setup: HpkeSetup,
    aad: Uint8Array,
    ct: Uint8Array,
  ): { plaintext: Bytes; exporter: Exporter } | null
}

/** What both ends of a message share is computed once and remembered for as long as the run lasts. */
export function createHpke(): Hpke {
  const shared = new Map<string, Uint8Array>()
  const nameOf = (enc: Uint8Array, receiver: Uint8Array) => Buffer.concat([enc, receiver]).toString('latin1')
  return {
    seal(ephemeral, receiver, setup, aad, plaintext) {
      const { point, sharedX } = secretKey(ephemeral)
      const enc = new Uint8Array(point)
      const dh = sharedX(receiver)
      shared.set(nameOf(enc, receiver), dh)
      const { key, nonce, exporter } = schedule(dh, enc, receiver, setup)
      return { enc, ct: aes256gcm.seal(key, nonce, aad, plaintext), exporter }
    },
    open(secret, enc, setup, aad, ct) {
      try {
        if (enc.length !== 65) return null
        const { point: receiver, sharedX } = secretKey(secret)
        const dh = shared.get(nameOf(enc, receiver)) ?? sharedX(enc)
        const { key, nonce, exporter } = schedule(dh, enc, receiver, setup)
        return { plaintext: aes256gcm.open(key, nonce, aad, ct), exporter }
      } catch {
        return null
      }
    },
  }
}
