import { createECDH, hash as hashOf } from 'node:crypto'
import { hmacSha256 as hmac } from './hmac.ts'

const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
const bytesOf = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
const modulo = (value: bigint): bigint => ((value % N) + N) % N

/** Extended Euclid. */
function inverse(value: bigint): bigint {
  let [a, b, x, y] = [modulo(value), N, 1n, 0n]
  while (a > 1n) {
    const q = b / a
    ;[a, b] = [b - q * a, a]
    ;[x, y] = [y - q * x, x]
  }
  return modulo(x)
}

/** The secret number of RFC 6979 section 3.2, for P-256 and SHA-256. */
function* candidates(secret: Uint8Array, hash: bigint): Generator<Buffer> {
  let v: Buffer = Buffer.alloc(32, 1)
  let k: Buffer = Buffer.alloc(32, 0)
  const seed = [secret, bytesOf(modulo(hash))]
  for (const step of [0, 1]) {
    k = hmac(k, v, Buffer.of(step), ...seed)
    v = hmac(k, v)
  }
  for (;;) {
    v = hmac(k, v)
    yield v
    k = hmac(k, v, Buffer.of(0))
    v = hmac(k, v)
  }
}

/**
 * ECDSA over P-256 with SHA-256 and nothing of chance (RFC 6979): the bytes of `@noble`'s signature, to which a contract test holds it, at a tenth of its time. Points are
 * multiplied by Node, of whose own signatures no two are equal.
 */
export function signSeeded(secret: Uint8Array, message: Uint8Array): Uint8Array<ArrayBuffer> {
  const hash = numberOf(hashOf('sha256', message, 'buffer'))
  for (const candidate of candidates(secret, hash)) {
    const k = numberOf(candidate)
    if (k === 0n || k >= N) continue
    const r = modulo(numberOf(secretKey(candidate).point.subarray(1, 33)))
    const s = modulo(inverse(k) * modulo(hash + r * numberOf(secret)))
    if (r !== 0n && s !== 0n) return new Uint8Array(Buffer.concat([bytesOf(r), bytesOf(s)]))
  }
  throw new Error('no signature')
}

/** A secret number with its public point. `sharedX` is x of secret times point (RFC 9180 section 4.1); it throws for what is no point of the curve. */
export function secretKey(secret: Uint8Array): { point: Buffer; sharedX(point: Uint8Array): Buffer } {
  const pair = createECDH('prime256v1')
  pair.setPrivateKey(secret)
  return { point: pair.getPublicKey(), sharedX: (point) => pair.computeSecret(point) }
}

/** A secret number out of 48 bytes of chance: the bias is below 2^-128 (FIPS 186-5, A.2.1). */
export const secretFrom = (chance: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(bytesOf((numberOf(chance) % (N - 1n)) + 1n))
