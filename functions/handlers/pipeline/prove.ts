import type { Refused, Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { Guard } from '#protocol/http.ts'
import { hostIdOf } from '#protocol/ids.ts'
import { verifyingCrypto } from '#trust/node/verifying-crypto.ts'
import { checkProof } from '#trust/proof.ts'
import type { HttpPorts } from '../../ports/ports.ts'
import type { StoredKey } from '../../ports/teams.ts'
import type { DeviceCaller, HostCaller, Middleware, SelfCaller } from './http.ts'
import { problem } from './http.ts'

export type Asked = { jws: string; method: 'GET' | 'POST' | 'PUT' | 'DELETE'; path: string; body?: Uint8Array }
export type Proven = { caller: DeviceCaller | HostCaller | SelfCaller; jti: string; exp: number }
type ProofPorts = Pick<HttpPorts, 'settings' | 'clock' | 'teams'>

/** Checks a proof of key (RFC 9449 in spirit) and finds its key in the team that it names: whatever comes of it, team and kid are from here only. */
export async function prove(ports: ProofPorts, { jws, method, path, body }: Asked): Promise<Result<Proven>> {
  let found: StoredKey | null = null
  const proof = await checkProof(verifyingCrypto, {
    jws,
    aud: claimedAudience(jws, ports.settings.origins),
    method,
    path,
    ...(body === undefined || body.length === 0 ? {} : { body }),
    now: ports.clock.now(),
    async keyOf(teamId, kid) {
      found = await ports.teams.keyOf(teamId, kid)
      return (found as StoredKey | null)?.keys.sign ?? null
    },
  })
  if (!proof.ok) return proof
  const { kid, team, jwk, jti, exp } = proof.value
  if (team === undefined) return ok({ caller: { role: 'self', kid, jwk }, jti, exp })
  const key = found as StoredKey | null
  if (!key) return refused('key_unknown')
  if (key.kind === 'device') return ok({ caller: { role: 'device', teamId: team, kid }, jti, exp })
  return ok({ caller: { role: 'host', teamId: team, kid, hostId: hostIdOf(kid) }, jti, exp })
}

/** The relay has a public and perhaps a local origin: which of the configured ones the proof means. Verified with the proof, not here. */
function claimedAudience(jws: string, origins: readonly string[]): string {
  const payload = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()
  return origins.find((origin) => payload.includes(JSON.stringify(origin))) ?? origins[0] ?? ''
}

/** Admits a caller by the guard of the route. */
export const proveKey = (ports: ProofPorts, guard: Guard): Middleware => ({
  async before({ event }) {
    if (guard === 'open') return
    const refuse = (refusal: Refused) => problem(refusal, ports.clock.now())
    const [scheme, jws] = (event.headers.authorization ?? '').split(' ')
    if (scheme?.toLowerCase() !== 'countersign' || !jws) return refuse(refused('proof_missing'))
    const { method } = event.requestContext.http
    const path = event.rawPath + (event.rawQueryString ? `?${event.rawQueryString}` : '')
    const proof = await prove(ports, {
      jws,
      method: method as Asked['method'],
      path,
      ...(event.bytes ? { body: event.bytes } : {}),
    })
    if (!proof.ok) return refuse(proof)
    const { caller } = proof.value
    const admitted = guard === 'member' ? caller.role !== 'self' : guard === caller.role
    if (!admitted) return refuse(refused(guard === 'self' ? 'proof_invalid' : 'role_refused'))
    event.caller = caller
  },
})
