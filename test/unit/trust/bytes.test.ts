import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromBase64url, toBase64url } from '#trust/bytes.ts'

test('base64url is Node’s own, for bytes of every length, and back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
      const text = toBase64url(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('base64url'))
      expect(fromBase64url(text)).toEqual(bytes)
    }),
    { numRuns: 500 },
  )
})

test('a view in the middle of a buffer is encoded, and not what lies around it', () => {
  const all = Uint8Array.from({ length: 64 }, (_, at) => at)
  expect(toBase64url(all.subarray(7, 20))).toBe(Buffer.from(all.slice(7, 20)).toString('base64url'))
})
