import * as z from 'zod/mini'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { Kid } from '#protocol/ids.ts'
import { PublicJwk } from '#protocol/keys.ts'
import type { Typ } from '#protocol/statements/typ.ts'
import { fromBase64url, textOf, toBase64url, utf8 } from './bytes.ts'
import type { CryptoPort } from './crypto.ts'
import type { KeyPair } from './keys.ts'

/** Exactly these members, in any order: no `jku`, `crit`, `x5c`, `b64`. `jwk` is for the proof of a key that belongs to no team yet. */
const Header = z.strictObject({ alg: z.literal('ES256'), typ: z.string(), kid: Kid, jwk: z.optional(PublicJwk) })
export type JwsHeader = z.infer<typeof Header>

/** A compact JWS taken apart, nothing of it verified yet. */
export type ParsedJws = { header: JwsHeader; payload: unknown; signed: Uint8Array; signature: Uint8Array }

/** The largest JWS that is looked at, in characters: a trust log of 2,000 entries in a pairing. */
const MAX_CHARS = 12_000_000
const HALF = 32

/** Signs a payload as compact JWS (RFC 7515 section 7.1), ES256, with explicit `typ`. The payload has to be what the schema of `typ` takes. */
export async function signStatement(
  c: CryptoPort,
  pair: KeyPair,
  typ: Typ,
  payload: object,
  withJwk = false,
): Promise<string> {
  const header = { alg: 'ES256', typ, kid: pair.keys.kid, ...(withJwk ? { jwk: pair.keys.sign } : {}) }
  const signed = `${encode(header)}.${encode(payload)}`
  return `${signed}.${toBase64url(await c.sign(pair.signKey, utf8(signed)))}`
}

const encode = (value: object): string => toBase64url(utf8(JSON.stringify(value)))

/** Takes a compact JWS apart, strictly. `algorithm` tells a foreign algorithm or header from plain garbage (`malformed`). */
export function parseJws(jws: string): { ok: true; value: ParsedJws } | { ok: false; why: 'malformed' | 'algorithm' } {
  const parts = jws.length > MAX_CHARS ? [] : jws.split('.')
  const [head, body, tail] = parts
  if (parts.length !== 3 || !head || !body || tail === undefined) return { ok: false, why: 'malformed' }
  const headerJson = strictJson(head)
  if (headerJson === undefined) return { ok: false, why: 'malformed' }
  const header = Header.safeParse(headerJson)
  if (!header.success) return { ok: false, why: 'algorithm' }
  const payload = strictJson(body)
  const signature = fromBase64url(tail)
  if (payload === undefined || !signature) return { ok: false, why: 'malformed' }
  return { ok: true, value: { header: header.data, payload, signed: utf8(`${head}.${body}`), signature } }
}

/**
 * JSON whose text is exactly what serialising it again gives: so no duplicate member, no second spelling of a number or string, and no `__proto__`.
 */
function strictJson(part: string): unknown {
  const bytes = fromBase64url(part)
  const text = bytes && textOf(bytes)
  if (!text || text.includes('"__proto__":')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return JSON.stringify(value) === text ? value : undefined
  } catch {
    return undefined
  }
}

/** ECDSA over the parsed parts. A DER signature, a zero or too large r or s is false. */
export async function verifySignature(
  c: CryptoPort,
  key: PublicJwk,
  { signed, signature }: ParsedJws,
): Promise<boolean> {
  if (signature.length !== 2 * HALF) return false
  if (isZero(signature.subarray(0, HALF)) || isZero(signature.subarray(HALF))) return false
  return c.verify(key, signature, signed)
}

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)

/** Header of a statement, unverified: to find the key that it has to verify with. Error: `statement_invalid`. */
export function headerOf(jws: string): Result<JwsHeader> {
  const parsed = parseJws(jws)
  return parsed.ok ? ok(parsed.value.header) : refused('statement_invalid', parsed.why)
}

export type Expected<T> = { jws: string; typ: Typ; schema: z.ZodMiniType<T>; key: PublicJwk; kid: string }

/**
 * Verifies a statement of one kind by one key, and its payload by its strict schema. Error: `statement_invalid`, whatever was wrong.
 */
export async function verifyStatement<T>(
  c: CryptoPort,
  { jws, typ, schema, key, kid }: Expected<T>,
): Promise<Result<T>> {
  const parsed = parseJws(jws)
  if (!parsed.ok) return refused('statement_invalid', parsed.why)
  const { header, payload } = parsed.value
  if (header.typ !== typ || header.kid !== kid || header.jwk !== undefined)
    return refused('statement_invalid', 'header')
  if (!(await verifySignature(c, key, parsed.value))) return refused('statement_invalid', 'signature')
  const read = schema.safeParse(payload)
  return read.success ? ok(read.data) : refused('statement_invalid', 'payload')
}
