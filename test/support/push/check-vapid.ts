import { createPublicKey, verify } from 'node:crypto'

export type VapidClaims = { aud: string; exp: number; sub?: string }

export type VapidCheck = { ok: true; claims: VapidClaims } | { ok: false; status: 401 | 403; why: string }

export type VapidExpectation = {
  /** The origin of the endpoint. */
  audience: string
  /** The key that the subscription is bound to, an uncompressed P-256 point; null: any key. */
  key: Buffer | null
  /** Epoch milliseconds. */
  now: number
}

const maxLifeS = 24 * 3_600

const no = (status: 401 | 403, why: string): VapidCheck => ({ ok: false, status, why })

/**
 * Checks the `Authorization: vapid t=…, k=…` of a push, RFC 8292 sections 2 to 4.2: 401 for what is missing, malformed, expired or for another
 * audience, 403 for another key or a signature that isn't its own.
 */
export function checkVapid(authorization: string | undefined, { audience, key, now }: VapidExpectation): VapidCheck {
  const parameters = /^vapid\s+(.*)$/i.exec(authorization ?? '')?.[1]
  if (parameters === undefined) return no(401, 'no VAPID authorization')
  const { t = '', k = '' } = Object.fromEntries(
    parameters.split(',').map((part) => {
      const [name = '', text = ''] = part.trim().split('=', 2)
      return [name, text]
    }),
  )
  const point = Buffer.from(k, 'base64url')
  if (point.length !== 65 || point[0] !== 4) return no(401, 'k is no P-256 point')
  if (key && !key.equals(point)) return no(403, 'k is not the key of the subscription')
  const [header = '', payload = '', signature = ''] = t.split('.')
  const head = parseJson(header)
  const claims = parseJson(payload)
  if (head?.alg !== 'ES256' || !claims) return no(401, 't is no JWT with ES256')
  if (!isSigned(`${header}.${payload}`, signature, point)) return no(403, 'the signature is wrong')
  const { aud, exp, sub } = claims
  if (aud !== audience) return no(401, `aud is ${aud} instead of ${audience}`)
  if (typeof exp !== 'number' || exp <= now / 1_000) return no(401, 'expired')
  if (exp > now / 1_000 + maxLifeS) return no(401, 'exp is more than 24 hours ahead')
  if (sub === undefined) return { ok: true, claims: { aud, exp } }
  if (typeof sub !== 'string' || !/^(mailto:|https:)/.test(sub)) return no(401, 'sub is no contact')
  return { ok: true, claims: { aud, exp, sub } }
}

function isSigned(text: string, signature: string, point: Buffer): boolean {
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'))
  try {
    const key = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' } })
    return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))
  } catch {
    return false // not a point of the curve
  }
}

function parseJson(part: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : null
  } catch {
    return null
  }
}
