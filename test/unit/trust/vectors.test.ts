import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import { describe, expect, test } from 'vitest'
import { type HpkeVector, rfc9180 } from '#test/support/rfc9180.ts'
import { fromBase64url, utf8 } from '#trust/bytes.ts'
import { canonicalJson } from '#trust/canonical.ts'
import { parseJws } from '#trust/jws.ts'
import { generateKeys, kidOf } from '#trust/keys.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

const ports = [
  { name: 'WebCrypto', port: c },
  { name: 'Node', port: nodeCrypto },
]

test('RFC 8785 section 3.2.2 and 3.2.3: the examples, and nothing for a lone surrogate', () => {
  const sample =
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}'
  expect(canonicalJson(JSON.parse(sample))).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
  const sorted = canonicalJson({
    '€': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew',
    '1': 'One',
    '😀': 'Emoji',
    '\u0080': 'Control',
    ö: 'Latin',
  })
  expect([...(sorted ?? '').matchAll(/:"(\w+)/g)].map((match) => match[1])).toEqual([
    'Carriage',
    'One',
    'Control',
    'Latin',
    'Euro',
    'Emoji',
    'Hebrew',
  ])
  for (const bad of ['\ud800', { '\udc00': 1 }, ['a\ud800b'], Number.NaN]) expect(canonicalJson(bad)).toBeNull()
})

test('RFC 8785 appendix B: numbers', () => {
  const samples: Record<string, string | null> = {
    '0000000000000000': '0',
    '8000000000000000': '0',
    '0000000000000001': '5e-324',
    '8000000000000001': '-5e-324',
    '7fefffffffffffff': '1.7976931348623157e+308',
    ffefffffffffffff: '-1.7976931348623157e+308',
    '4340000000000000': '9007199254740992',
    c340000000000000: '-9007199254740992',
    '4430000000000000': '295147905179352830000',
    '7fffffffffffffff': null,
    '7ff0000000000000': null,
    '44b52d02c7e14af5': '9.999999999999997e+22',
    '44b52d02c7e14af6': '1e+23',
    '44b52d02c7e14af7': '1.0000000000000001e+23',
    '444b1ae4d6e2ef4e': '999999999999999700000',
    '444b1ae4d6e2ef4f': '999999999999999900000',
    '444b1ae4d6e2ef50': '1e+21',
    '3eb0c6f7a0b5ed8c': '9.999999999999997e-7',
    '3eb0c6f7a0b5ed8d': '0.000001',
    '41b3de4355555553': '333333333.3333332',
    '41b3de4355555554': '333333333.33333325',
    '41b3de4355555555': '333333333.3333333',
    '41b3de4355555556': '333333333.3333334',
    '41b3de4355555557': '333333333.33333343',
    becbf647612f3696: '-0.0000033333333333333333',
    '43143ff3c1cb0959': '1424953923781206.2',
  }
  for (const [bits, text] of Object.entries(samples))
    expect({ bits, text: canonicalJson(Buffer.from(bits, 'hex').readDoubleBE()) }).toEqual({ bits, text })
})

test('RFC 7515: the examples of other algorithms, and of headers without typ and kid, are none of ours', () => {
  const examples = {
    'A.1 HS256':
      'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    'A.3 ES256 without typ and kid':
      'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
    'A.5 none':
      'eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.',
  }
  for (const [name, jws] of Object.entries(examples))
    expect({ name, ok: parseJws(jws).ok }).toEqual({ name, ok: false })
})

test.each(ports)('RFC 7515 appendix A.3: the ES256 signature verifies by $name', async ({ port: c }) => {
  const key = {
    kty: 'EC',
    crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  } as const
  const signed =
    'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'
  const signature = fromBase64url(
    'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
  )
  expect(await c.verify(key, signature ?? new Uint8Array(), utf8(signed))).toBe(true)
  expect(await c.verify(key, signature ?? new Uint8Array(), utf8(`${signed}x`))).toBe(false)
})

test('RFC 7638: the thumbprint is of the required members in order', async () => {
  const { keys } = await generateKeys(c, { extractable: false })
  const { crv, kty, x, y } = keys.sign
  const hash = await globalThis.crypto.subtle.digest(
    'SHA-256',
    new TextEncoder().encode(`{"crv":"${crv}","kty":"${kty}","x":"${x}","y":"${y}"}`),
  )
  expect(keys.kid).toBe(Buffer.from(hash).toString('base64url'))
  expect(await kidOf(c, { y, x, crv, kty })).toBe(keys.kid)
})

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
const info = utf8('info')
const aad = utf8('aad')
const psk = { key: c.random(32).buffer, id: utf8('rdv').buffer }
const buffer = (bytes: Uint8Array<ArrayBuffer>) => bytes.slice().buffer

/** The key pair of a vector as each port holds one. */
async function pairOf({ skRm, pkRm }: HpkeVector) {
  const encode = (hex: string) => Buffer.from(hex, 'hex').toString('base64url')
  const jwk = { kty: 'EC', crv: 'P-256', x: encode(pkRm.slice(2, 66)), y: encode(pkRm.slice(66)) }
  const algorithm = { name: 'ECDH', namedCurve: 'P-256' }
  const { subtle } = globalThis.crypto
  return {
    publicKey: await subtle.importKey('jwk', jwk, algorithm, true, []),
    privateKey: await subtle.importKey('jwk', { ...jwk, d: encode(skRm) }, algorithm, true, ['deriveBits']),
  }
}

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const hexOf = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex')

describe.each(ports)('HPKE by $name', ({ port }) => {
  test.each(rfc9180)(
    'RFC 9180, the published vector of $name mode: the message opens, the exporter is the same',
    async (vector) => {
      const options = {
        info: bytesOf(vector.info),
        aad: bytesOf(vector.aad),
        ...(vector.psk === '' ? {} : { psk: bytesOf(vector.psk), pskId: bytesOf(vector.pskId) }),
      }
      const pair = await pairOf(vector)
      const opened = await port.hpkeOpen(pair, bytesOf(vector.enc), options, bytesOf(vector.ct))
      expect(hexOf(opened?.plaintext)).toBe(vector.plaintext)
      for (const [context, value] of vector.exports)
        expect(hexOf(await opened?.exporter(bytesOf(context), 32))).toBe(value)
      const other = { ...options, aad: bytesOf(`${vector.aad}00`) }
      expect(await port.hpkeOpen(pair, bytesOf(vector.enc), other, bytesOf(vector.ct))).toBeNull()
    },
  )

  test.each(['base', 'psk'])(
    '%s mode: another library opens what this one seals, and the other way round',
    async (mode) => {
      const { keys, sealPair } = await generateKeys(port, { extractable: true })
      const withPsk = mode === 'psk'
      const ours = { info, aad, ...(withPsk ? { psk: new Uint8Array(psk.key), pskId: new Uint8Array(psk.id) } : {}) }
      const theirs = { info: buffer(info), ...(withPsk ? { psk } : {}) }

      const sealed = await port.hpkeSeal(keys.seal, ours, utf8('from us'))
      const recipient = await suite.createRecipientContext({
        recipientKey: sealPair,
        enc: buffer(sealed.enc),
        ...theirs,
      })
      expect(Buffer.from(await recipient.open(buffer(sealed.ct), buffer(aad))).toString()).toBe('from us')
      const exported = Buffer.from(await recipient.export(buffer(utf8('code')), 32)).toString('hex')
      expect(hexOf(await sealed.exporter(utf8('code'), 32))).toBe(exported)

      const sender = await suite.createSenderContext({ recipientPublicKey: sealPair.publicKey, ...theirs })
      const ct = new Uint8Array(await sender.seal(buffer(utf8('from them')), buffer(aad)))
      const opened = await port.hpkeOpen(sealPair, new Uint8Array(sender.enc), ours, ct)
      expect(Buffer.from(opened?.plaintext ?? []).toString()).toBe('from them')
      expect(await port.hpkeOpen(sealPair, new Uint8Array(sender.enc), { ...ours, info: utf8('other') }, ct)).toBeNull()
    },
  )
})
