import fc from 'fast-check'
import { expect, test } from 'vitest'
import { generateKeys } from '#trust/keys.ts'
import { verifyingCrypto } from '#trust/node/verifying-crypto.ts'
import { webCrypto } from '#trust/web-crypto.ts'

const bytes = fc.uint8Array({ maxLength: 300 })

test('hashes as WebCrypto does', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, async (content) => {
      expect(await verifyingCrypto.sha256(content)).toEqual(await webCrypto.sha256(content))
    }),
  )
})

test('verifies what WebCrypto verifies, and nothing else', async () => {
  const pair = await generateKeys(webCrypto, { extractable: true })
  const other = await generateKeys(webCrypto, { extractable: true })
  const spoil = fc.record({
    at: fc.nat(63),
    bit: fc.nat(7),
    what: fc.constantFrom('nothing', 'signature', 'content', 'key', 'length', 'zero'),
  })
  await fc.assert(
    fc.asyncProperty(bytes, spoil, async (content, { at, bit, what }) => {
      const signature = await webCrypto.sign(pair.signKey, content)
      const flip = (from: Uint8Array) =>
        from.map((byte, index) => (index === at % Math.max(from.length, 1) ? byte ^ (1 << bit) : byte))
      const asked = {
        key: what === 'key' ? other.keys.sign : pair.keys.sign,
        signature:
          what === 'signature'
            ? flip(signature)
            : what === 'length'
              ? signature.subarray(1)
              : what === 'zero'
                ? new Uint8Array(64)
                : signature,
        content: what === 'content' ? new Uint8Array([...content, 0]) : content,
      }
      const said = await verifyingCrypto.verify(asked.key, asked.signature, asked.content)
      expect(said).toBe(await webCrypto.verify(asked.key, asked.signature, asked.content))
      expect(said).toBe(what === 'nothing')
    }),
    { numRuns: 300 },
  )
})

test('a key that is no point of the curve verifies nothing', async () => {
  const { keys } = await generateKeys(webCrypto, { extractable: true })
  for (const y of [keys.sign.x, 'A'.repeat(43), '_'.repeat(43)]) {
    const jwk = { ...keys.sign, y }
    expect(await verifyingCrypto.verify(jwk, new Uint8Array(64).fill(1), new Uint8Array())).toBe(false)
    expect(await webCrypto.verify(jwk, new Uint8Array(64).fill(1), new Uint8Array())).toBe(false)
  }
})
