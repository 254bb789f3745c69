import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign as nodeSign } from 'node:crypto'
import type { ErrorCode } from '#protocol/errors.ts'
import { toBase64url, utf8 } from '#trust/bytes.ts'
import type { KeyPair } from '#trust/keys.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

export type Forgery = {
  name: string
  /** What the host says of a decision that was forged so. */
  code: ErrorCode
  /** A statement like the genuine one, that its key has not signed so. `mallory` is a key of nobody's. */
  forge(genuine: string, signer: KeyPair, mallory: KeyPair): Promise<string> | string
}

const ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
const ZERO = Buffer.alloc(32)
const { privateKey: p384 } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const { privateKey: ed25519 } = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
  publicKeyEncoding: { format: 'pem', type: 'spki' },
})
const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2_048 })

const part = (jws: string, at: number): string => jws.split('.')[at] ?? ''
const headerOf = (jws: string): Record<string, unknown> => JSON.parse(Buffer.from(part(jws, 0), 'base64url').toString())
const encode = (value: unknown): string => toBase64url(utf8(typeof value === 'string' ? value : JSON.stringify(value)))
const signatureOf = (jws: string): Buffer => Buffer.from(part(jws, 2), 'base64url')
const withSignature = (jws: string, signature: Uint8Array): string =>
  `${part(jws, 0)}.${part(jws, 1)}.${toBase64url(signature)}`

/** The genuine payload under another header, signed by `by` as ES256. */
async function under(jws: string, header: unknown, by: KeyPair): Promise<string> {
  const signed = `${encode(header)}.${part(jws, 1)}`
  return `${signed}.${toBase64url(await c.sign(by.signKey, utf8(signed)))}`
}

/** The genuine payload under a header that names another algorithm, and a genuine signature or MAC of that algorithm. */
function by(alg: string, sign: (signed: Buffer, signer: KeyPair) => Buffer): Forgery['forge'] {
  return (jws, signer) => {
    const signed = `${encode({ ...headerOf(jws), alg })}.${part(jws, 1)}`
    return `${signed}.${sign(Buffer.from(signed), signer).toString('base64url')}`
  }
}

const ecdsa = (hash: string, key: KeyObject) => (signed: Buffer) =>
  nodeSign(hash, signed, { key, dsaEncoding: 'ieee-p1363' })
const mac =
  (secretOf: (signer: KeyPair) => string | Buffer) =>
  (signed: Buffer, signer: KeyPair): Buffer =>
    createHmac('sha256', secretOf(signer)).update(signed).digest()
const point = ({ keys }: KeyPair): Buffer =>
  Buffer.concat([Buffer.of(4), Buffer.from(keys.sign.x, 'base64url'), Buffer.from(keys.sign.y, 'base64url')])

/** ASN.1 DER of a raw r‖s. */
function der(raw: Buffer): Buffer {
  const integer = (bytes: Buffer) => {
    const short = Buffer.from(bytes.toString('hex').replace(/^(00)+(?=.)/, ''), 'hex')
    const value = (short[0] ?? 0) & 0x80 ? Buffer.concat([ZERO.subarray(0, 1), short]) : short
    return Buffer.concat([Buffer.of(2, value.length), value])
  }
  const both = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))])
  return Buffer.concat([Buffer.of(0x30, both.length), both])
}

const signature = (name: string, change: (raw: Buffer) => Uint8Array): Forgery => ({
  name,
  code: 'decision_signature',
  forge: (jws) => withSignature(jws, change(signatureOf(jws))),
})
const algorithm = (name: string, forge: Forgery['forge']): Forgery => ({ name, code: 'decision_algorithm', forge })
/** A header member more, signed by the very key that it brings along. */
const header = (name: string, extra: (mallory: KeyPair) => object): Forgery =>
  algorithm(name, (jws, _signer, mallory) => under(jws, { ...headerOf(jws), ...extra(mallory) }, mallory))
const malformed = (name: string, forge: Forgery['forge']): Forgery => ({ name, code: 'decision_malformed', forge })

/** Every way of making a statement without its key that JWS libraries were ever caught with, and some of our own. */
export const forgeries: readonly Forgery[] = [
  algorithm('alg none, no signature', (jws) => `${encode({ ...headerOf(jws), alg: 'none' })}.${part(jws, 1)}.`),
  algorithm('alg none, the genuine signature', (jws) =>
    [encode({ ...headerOf(jws), alg: 'none' }), part(jws, 1), part(jws, 2)].join('.'),
  ),
  ...['None', 'NONE', 'nOnE', '', 'es256', 'ES256 '].map((alg) =>
    algorithm(`alg “${alg}”`, (jws) => [encode({ ...headerOf(jws), alg }), part(jws, 1), part(jws, 2)].join('.')),
  ),
  algorithm('no alg', (jws, _signer, mallory) => {
    const { alg: _, ...rest } = headerOf(jws)
    return under(jws, rest, mallory)
  }),
  algorithm(
    'HS256, the public JWK as secret',
    by(
      'HS256',
      mac(({ keys }) => JSON.stringify(keys.sign)),
    ),
  ),
  algorithm('HS256, the public point as secret', by('HS256', mac(point))),
  algorithm(
    'HS256, an empty secret',
    by(
      'HS256',
      mac(() => ''),
    ),
  ),
  algorithm(
    'HS256, the kid as secret',
    by(
      'HS256',
      mac(({ keys }) => keys.kid),
    ),
  ),
  algorithm('ES384', by('ES384', ecdsa('sha384', p384))),
  algorithm('ES512', by('ES512', ecdsa('sha512', p384))),
  algorithm('ES256K', by('ES256K', ecdsa('sha256', p384))),
  algorithm(
    'RS256',
    by('RS256', (signed) => nodeSign('sha256', signed, rsa)),
  ),
  algorithm(
    'EdDSA',
    by('EdDSA', (signed) => nodeSign(null, signed, createPrivateKey(ed25519))),
  ),
  header('an embedded jwk', ({ keys }) => ({ jwk: keys.sign })),
  header('jku', () => ({ jku: 'https://evil.example/keys' })),
  header('x5u', () => ({ x5u: 'https://evil.example/certificate' })),
  header('x5c', () => ({ x5c: ['MIIB'] })),
  header('x5t', () => ({ x5t: 'AAAA' })),
  header('crit and b64', () => ({ crit: ['b64'], b64: false })),
  header('zip', () => ({ zip: 'DEF' })),
  {
    name: 'a foreign kid',
    code: 'decision_key_unknown',
    forge: (jws, _signer, mallory) => under(jws, { ...headerOf(jws), kid: mallory.keys.kid }, mallory),
  },
  algorithm('a kid that is no thumbprint', (jws, _s, mallory) =>
    under(jws, { ...headerOf(jws), kid: '../keys' }, mallory),
  ),
  algorithm('a kid that is a list', (jws, signer, mallory) =>
    under(jws, { ...headerOf(jws), kid: [signer.keys.kid] }, mallory),
  ),
  {
    name: 'a known kid, a foreign key',
    code: 'decision_signature',
    forge: (jws, _signer, mallory) => under(jws, headerOf(jws), mallory),
  },
  signature('zero r', (raw) => Buffer.concat([ZERO, raw.subarray(32)])),
  signature('zero s', (raw) => Buffer.concat([raw.subarray(0, 32), ZERO])),
  signature('zero r and s', () => Buffer.alloc(64)),
  signature('r of the group’s order', (raw) => Buffer.concat([ORDER, raw.subarray(32)])),
  signature('s of the group’s order', (raw) => Buffer.concat([raw.subarray(0, 32), ORDER])),
  signature('r and s of the group’s order', () => Buffer.concat([ORDER, ORDER])),
  signature('the largest r and s', () => Buffer.alloc(64, 0xff)),
  signature('r and s of one', () => Buffer.concat([ZERO.subarray(1), Buffer.of(1), ZERO.subarray(1), Buffer.of(1)])),
  signature('r and s exchanged', (raw) => Buffer.concat([raw.subarray(32), raw.subarray(0, 32)])),
  signature('DER', der),
  signature('a byte too few', (raw) => raw.subarray(0, 63)),
  signature('a byte too many', (raw) => Buffer.concat([raw, Buffer.of(0)])),
  signature('a leading zero', (raw) => Buffer.concat([Buffer.of(0), raw])),
  signature('one bit', (raw) => Buffer.concat([Buffer.of((raw[0] ?? 0) ^ 1), raw.subarray(1)])),
  malformed('no signature', (jws) => `${part(jws, 0)}.${part(jws, 1)}`),
  { name: 'an empty signature', code: 'decision_signature', forge: (jws) => `${part(jws, 0)}.${part(jws, 1)}.` },
  malformed('a fourth part', (jws) => `${jws}.AAAA`),
  malformed('a detached payload', (jws) => `${part(jws, 0)}..${part(jws, 2)}`),
  malformed('JSON serialisation', (jws) =>
    JSON.stringify({ protected: part(jws, 0), payload: part(jws, 1), signature: part(jws, 2) }),
  ),
  malformed('padding', (jws) => `${jws}=`),
  malformed('a space before', (jws) => ` ${jws}`),
  malformed('a newline after', (jws) => `${jws}\n`),
  malformed('an empty text', () => ''),
  malformed('a header with alg twice', (jws, _signer, mallory) =>
    under(jws, JSON.stringify(headerOf(jws)).replace('{', '{"alg":"none",'), mallory),
  ),
  malformed('a payload that begins with a space', async (jws, signer) => {
    const text = Buffer.from(part(jws, 1), 'base64url').toString()
    const signed = `${part(jws, 0)}.${encode(` ${text}`)}`
    return `${signed}.${toBase64url(await c.sign(signer.signKey, utf8(signed)))}`
  }),
  malformed('a payload with __proto__', async (jws, signer) => {
    const text = Buffer.from(part(jws, 1), 'base64url').toString()
    const signed = `${part(jws, 0)}.${encode(text.replace('{', '{"__proto__":{"answer":"approve"},'))}`
    return `${signed}.${toBase64url(await c.sign(signer.signKey, utf8(signed)))}`
  }),
]
