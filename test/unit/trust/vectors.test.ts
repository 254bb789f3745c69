import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import { expect, test } from 'vitest'
import { fromBase64url, utf8 } from '#trust/bytes.ts'
import { canonicalJson } from '#trust/canonical.ts'
import { generateKeys, kidOf } from '#trust/keys.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

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

test('RFC 7515 appendix A.3: the ES256 signature verifies', async () => {
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

test.each(['base', 'psk'])(
  'RFC 9180, %s mode: another library opens what this one seals, and the other way round',
  async (mode) => {
    const { keys, sealPair } = await generateKeys(c, { extractable: true })
    const withPsk = mode === 'psk'
    const ours = { info, aad, ...(withPsk ? { psk: new Uint8Array(psk.key), pskId: new Uint8Array(psk.id) } : {}) }
    const theirs = { info: buffer(info), ...(withPsk ? { psk } : {}) }

    const sealed = await c.hpkeSeal(keys.seal, ours, utf8('from us'))
    const recipient = await suite.createRecipientContext({ recipientKey: sealPair, enc: buffer(sealed.enc), ...theirs })
    expect(Buffer.from(await recipient.open(buffer(sealed.ct), buffer(aad))).toString()).toBe('from us')
    const exported = Buffer.from(await recipient.export(buffer(utf8('code')), 32)).toString('hex')
    expect(Buffer.from(await sealed.exporter(utf8('code'), 32)).toString('hex')).toBe(exported)

    const sender = await suite.createSenderContext({ recipientPublicKey: sealPair.publicKey, ...theirs })
    const ct = new Uint8Array(await sender.seal(buffer(utf8('from them')), buffer(aad)))
    const opened = await c.hpkeOpen(sealPair, new Uint8Array(sender.enc), ours, ct)
    expect(Buffer.from(opened?.plaintext ?? []).toString()).toBe('from them')
    expect(await c.hpkeOpen(sealPair, new Uint8Array(sender.enc), { ...ours, info: utf8('other') }, ct)).toBeNull()
  },
)
