import fc from 'fast-check'
import { expect, test } from 'vitest'
import { generateKeys, type KeyPair } from '#trust/keys.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { webCrypto } from '#trust/web-crypto.ts'

const ports = [
  ['Node to WebCrypto', nodeCrypto, webCrypto],
  ['WebCrypto to Node', webCrypto, nodeCrypto],
  ['Node to Node', nodeCrypto, nodeCrypto],
] as const

const bytes = fc.uint8Array({ maxLength: 2_000 })
const key = fc.uint8Array({ minLength: 32, maxLength: 32 })
const nonce = fc.uint8Array({ minLength: 12, maxLength: 12 })
const psk = fc.option(fc.uint8Array({ minLength: 32, maxLength: 64 }), { nil: undefined })
const keys = (): Promise<KeyPair> => generateKeys(nodeCrypto, { extractable: true })

const flip = (of: Uint8Array, at: number): Uint8Array =>
  of.map((byte, index) => (index === at % of.length ? byte ^ (1 << (at % 8)) : byte))

for (const [name, from, to] of ports) {
  test(`${name}: what one signs the other verifies`, async () => {
    const pair = await keys()
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        const signature = await from.sign(pair.signKey, content)
        expect(signature).toHaveLength(64)
        expect(await to.verify(pair.keys.sign, signature, content)).toBe(true)
        expect(await to.verify(pair.keys.sign, flip(signature, content.length), content)).toBe(false)
      }),
    )
  })

  test(`${name}: AES-256-GCM is the same bytes, and one changed bit opens nothing`, async () => {
    await fc.assert(
      fc.asyncProperty(key, nonce, bytes, bytes, fc.nat(), async (secret, iv, aad, plaintext, at) => {
        const ct = await from.aesSeal(secret, iv, aad, plaintext)
        expect(ct).toEqual(await to.aesSeal(secret, iv, aad, plaintext))
        expect(await to.aesOpen(secret, iv, aad, ct)).toEqual(plaintext)
        expect(await to.aesOpen(secret, iv, aad, flip(ct, at))).toBeNull()
        expect(await to.aesOpen(secret, iv, new Uint8Array([...aad, 0]), ct)).toBeNull()
        expect(await to.aesOpen(secret, iv, aad, ct.subarray(0, at % 16))).toBeNull()
      }),
    )
  })

  test(`${name}: HPKE opens in base and PSK mode, exports the same secret, and refuses whatever was changed`, async () => {
    const [pair, other] = [await keys(), await keys()]
    await fc.assert(
      fc.asyncProperty(bytes, bytes, bytes, psk, fc.nat(), async (info, aad, plaintext, secret, at) => {
        const options = { info, aad, ...(secret ? { psk: secret, pskId: info.length ? info : new Uint8Array(1) } : {}) }
        const { enc, ct, exporter } = await from.hpkeSeal(pair.keys.seal, options, plaintext)
        const opened = await to.hpkeOpen(pair.sealPair, enc, options, ct)
        expect(opened?.plaintext).toEqual(plaintext)
        expect(await opened?.exporter(info, 32)).toEqual(await exporter(info, 32))
        for (const refusedAs of [
          to.hpkeOpen(other.sealPair, enc, options, ct),
          to.hpkeOpen(pair.sealPair, flip(enc, at), options, ct),
          to.hpkeOpen(pair.sealPair, enc.subarray(1), options, ct),
          to.hpkeOpen(pair.sealPair, enc, { ...options, info: new Uint8Array([...info, 0]) }, ct),
          to.hpkeOpen(pair.sealPair, enc, { ...options, psk: new Uint8Array(32), pskId: Uint8Array.of(1) }, ct),
          to.hpkeOpen(pair.sealPair, enc, options, flip(ct, at)),
        ])
          expect(await refusedAs).toBeNull()
      }),
      { numRuns: 60 },
    )
  })
}

test('a point in compressed form is none of ours', async () => {
  const pair = await keys()
  const { enc, ct } = await nodeCrypto.hpkeSeal(pair.keys.seal, { info: new Uint8Array() }, new Uint8Array(3))
  const compressed = Uint8Array.of((enc[64] ?? 0) % 2 ? 3 : 2, ...enc.subarray(1, 33))
  for (const port of [nodeCrypto, webCrypto])
    expect(await port.hpkeOpen(pair.sealPair, compressed, { info: new Uint8Array() }, ct)).toBeNull()
})

test('sealing to a key that is no point of the curve throws, as it does in WebCrypto', async () => {
  const { keys: of } = await keys()
  const bent = { ...of.seal, y: of.seal.x }
  for (const port of [nodeCrypto, webCrypto])
    await expect(port.hpkeSeal(bent, { info: new Uint8Array() }, new Uint8Array(3))).rejects.toThrow()
})
