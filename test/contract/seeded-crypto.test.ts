import { gcm } from '@noble/ciphers/aes.js'
import { p256 } from '@noble/curves/nist.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rfc9180 } from '#test/support/rfc9180.ts'
import { importKeys } from '#trust/keys.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { webCrypto } from '#trust/web-crypto.ts'
import { seeded } from '../simulation/random.ts'
import { seededCrypto, seededKeys } from '../simulation/seeded-crypto.ts'
import { secretFrom, secretKey, signSeeded } from '../simulation/seeded-ecdsa.ts'
import { createHpke } from '../simulation/seeded-hpke.ts'

const own = seededCrypto(seeded(1))
const pairs = [
  ['seeded to WebCrypto', own, webCrypto],
  ['WebCrypto to seeded', webCrypto, own],
  ['seeded to Node', own, nodeCrypto],
  ['Node to seeded', nodeCrypto, own],
  ['seeded to seeded', own, own],
] as const

const bytes = fc.uint8Array({ maxLength: 600 })
const flip = (of: Uint8Array, at: number) =>
  of.map((byte, index) => (index === at % of.length ? byte ^ (1 << (at % 8)) : byte))

describe.each(pairs)('%s', (_name, from, to) => {
  test('signatures', async () => {
    const { keys, signKey } = await seededKeys(seeded(2))
    await fc.assert(
      fc.asyncProperty(bytes, fc.nat(), async (content, at) => {
        const signature = await from.sign(signKey, content)
        expect(await to.verify(keys.sign, signature, content)).toBe(true)
        expect(await to.verify(keys.sign, flip(signature, at), content)).toBe(false)
        expect(await to.verify(keys.sign, new Uint8Array(64), content)).toBe(false)
      }),
      { numRuns: 40 },
    )
  })

  test('AES-256-GCM: the same bytes', async () => {
    const key = new Uint8Array(32).fill(7)
    const nonce = new Uint8Array(12).fill(9)
    await fc.assert(
      fc.asyncProperty(bytes, bytes, fc.nat(), async (aad, plaintext, at) => {
        const ct = await from.aesSeal(key, nonce, aad, plaintext)
        expect(ct).toEqual(await to.aesSeal(key, nonce, aad, plaintext))
        expect(await to.aesOpen(key, nonce, aad, ct)).toEqual(plaintext)
        expect(await to.aesOpen(key, nonce, aad, flip(ct, at))).toBeNull()
        expect(await to.sha256(plaintext)).toEqual(await from.sha256(plaintext))
      }),
      { numRuns: 40 },
    )
  })

  test('HPKE in base and PSK mode, the exporter too', async () => {
    const { keys, sealPair } = await seededKeys(seeded(3))
    const psk = fc.option(fc.uint8Array({ minLength: 32, maxLength: 40 }), { nil: undefined })
    await fc.assert(
      fc.asyncProperty(bytes, bytes, psk, fc.nat(), async (info, plaintext, secret, at) => {
        const options = { info, aad: info, ...(secret ? { psk: secret, pskId: Uint8Array.of(1) } : {}) }
        const { enc, ct, exporter } = await from.hpkeSeal(keys.seal, options, plaintext)
        const opened = await to.hpkeOpen(sealPair, enc, options, ct)
        expect(opened?.plaintext).toEqual(plaintext)
        expect(await opened?.exporter(info, 32)).toEqual(await exporter(info, 32))
        expect(await to.hpkeOpen(sealPair, flip(enc, at), options, ct)).toBeNull()
        expect(await to.hpkeOpen(sealPair, enc, options, flip(ct, at))).toBeNull()
      }),
      { numRuns: 20 },
    )
  })
})

test.each(rfc9180)('RFC 9180, the published vector of $name mode', async (vector) => {
  const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))
  const setup = { info: hex(vector.info), ...(vector.psk ? { psk: hex(vector.psk), pskId: hex(vector.pskId) } : {}) }
  const opened = createHpke().open(hex(vector.skRm), hex(vector.enc), setup, hex(vector.aad), hex(vector.ct))
  expect(opened?.plaintext).toEqual(hex(vector.plaintext))
  for (const [context, value] of vector.exports) expect(await opened?.exporter(hex(context), 32)).toEqual(hex(value))
  const again = createHpke().seal(
    new Uint8Array(32).fill(5),
    hex(vector.pkRm),
    setup,
    hex(vector.aad),
    hex(vector.plaintext),
  )
  const back = createHpke().open(hex(vector.skRm), again.enc, setup, hex(vector.aad), again.ct)
  expect(back?.plaintext).toEqual(hex(vector.plaintext))
})

test('byte for byte what @noble computes: public points, shared secrets, signatures of RFC 6979, AES-256-GCM', async () => {
  const chance = fc.uint8Array({ minLength: 48, maxLength: 48 })
  await fc.assert(
    fc.asyncProperty(chance, chance, bytes, async (mine, others, content) => {
      const [secret, other] = [secretFrom(mine), secretFrom(others)]
      expect(new Uint8Array(secretKey(secret).point)).toEqual(p256.getPublicKey(secret, false))
      expect(new Uint8Array(secretKey(secret).sharedX(secretKey(other).point))).toEqual(
        p256.getSharedSecret(secret, p256.getPublicKey(other, true)).slice(1),
      )
      const signature = signSeeded(secret, content)
      expect(signature).toEqual(p256.sign(content, secret, { lowS: false }))
      expect(p256.verify(signature, content, p256.getPublicKey(secret), { lowS: false })).toBe(true)
      const nonce = others.subarray(0, 12)
      expect(await own.aesSeal(secret, nonce, mine, content)).toEqual(gcm(secret, nonce, mine).encrypt(content))
    }),
    { numRuns: 60 },
  )
})

test('one seed gives one run: the same keys, signatures and ciphertexts', async () => {
  const run = async () => {
    const crypto = seededCrypto(seeded(11))
    const pair = await seededKeys(seeded(12))
    const { enc, ct } = await crypto.hpkeSeal(pair.keys.seal, { info: Uint8Array.of(1) }, Uint8Array.of(2))
    return [pair.keys.kid, await crypto.sign(pair.signKey, Uint8Array.of(3)), enc, ct]
  }
  expect(await run()).toEqual(await run())
  expect((await importKeys(await exported())).keys.kid).toBe((await seededKeys(seeded(12))).keys.kid)
})

async function exported() {
  const { exportKeys } = await import('#trust/keys.ts')
  return exportKeys(await seededKeys(seeded(12)))
}
