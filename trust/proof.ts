import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { PublicJwk } from '#protocol/keys.ts'
import { limits } from '#protocol/limits.ts'
import { Proof } from '#protocol/statements/proof.ts'
import { typ } from '#protocol/statements/typ.ts'
import { toBase64url } from './bytes.ts'
import type { CryptoPort } from './crypto.ts'
import { sha256 } from './hash.ts'
import { parseJws, signStatement, verifySignature } from './jws.ts'
import type { KeyPair } from './keys.ts'
import { kidOf } from './keys.ts'

type Request = { aud: string; method: Proof['htm']; path: string; body?: Uint8Array; now: number }

/** Proof of key for one request, after RFC 9449: bound to method, path with query, and body. Lives `limits.proofMs`. */
export async function makeProof(
  c: CryptoPort,
  pair: KeyPair,
  request: Request & { team?: string; withJwk?: boolean },
): Promise<string> {
  const { aud, method, path, body, now, team, withJwk = false } = request
  const proof: Proof = {
    aud,
    htm: method,
    htu: path,
    jti: toBase64url(c.random(16)),
    iat: now,
    exp: now + limits.proofMs,
    ...(team === undefined ? {} : { team }),
    ...(body === undefined || body.length === 0 ? {} : { body: await sha256(c, body) }),
  }
  return signStatement(c, pair, typ.proof, proof, withJwk)
}

export type ProofToCheck = Request & {
  jws: string
  /** The key of this kid in this team, or null. */
  keyOf(team: string, kid: string): Promise<PublicJwk | null>
}

/** `team` is undefined for a key that shows itself (`jwk`) because it belongs to no team yet. */
export type CheckedProof = { kid: string; team?: string; jwk: PublicJwk; jti: string; exp: number }

/**
 * Checks a proof of key. Whether its `jti` was spent is the caller's to see. Errors: `proof_invalid`, `proof_expired` (either way: the clocks differ),
 * `key_unknown`.
 */
export async function checkProof(c: CryptoPort, request: ProofToCheck): Promise<Result<CheckedProof>> {
  const { jws, aud, method, path, body, now, keyOf } = request
  const parsed = parseJws(jws)
  if (!parsed.ok || parsed.value.header.typ !== typ.proof) return refused('proof_invalid')
  const { header } = parsed.value
  const read = Proof.safeParse(parsed.value.payload)
  if (!read.success) return refused('proof_invalid')
  const proof = read.data
  const bodyHash = body === undefined || body.length === 0 ? undefined : await sha256(c, body)
  if (proof.aud !== aud || proof.htm !== method || proof.htu !== path || proof.body !== bodyHash)
    return refused('proof_invalid')
  if (proof.exp - proof.iat > limits.proofMs || proof.exp < proof.iat) return refused('proof_invalid')
  if (now > proof.exp + limits.clockSkewMs || now < proof.iat - limits.clockSkewMs) return refused('proof_expired')
  // Either the key is a team's, or it shows itself: never both, so that a stranger's key can't ride on a team's name.
  if ((proof.team === undefined) === (header.jwk === undefined)) return refused('proof_invalid')
  const jwk = proof.team === undefined ? header.jwk : await keyOf(proof.team, header.kid)
  if (!jwk) return refused('key_unknown')
  if (header.jwk && (await kidOf(c, header.jwk)) !== header.kid) return refused('proof_invalid')
  if (!(await verifySignature(c, jwk, parsed.value))) return refused('proof_invalid')
  return ok({
    kid: header.kid,
    jwk,
    jti: proof.jti,
    exp: proof.exp,
    ...(proof.team === undefined ? {} : { team: proof.team }),
  })
}
