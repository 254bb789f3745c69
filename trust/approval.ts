import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { hostIdOf } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { Approval } from '#protocol/statements/approval.ts'
import { typ } from '#protocol/statements/typ.ts'
import { toBase64url } from './bytes.ts'
import type { CryptoPort } from './crypto.ts'
import { hashOf } from './hash.ts'
import { headerOf, signStatement, verifyStatement } from './jws.ts'
import type { KeyPair } from './keys.ts'
import { digestOf } from './operation.ts'
import type { TeamState } from './trust-log.ts'

/** Hash of the very request that was shown: what a decision names beside the digest. */
export const requestHash = (c: CryptoPort, approvalJws: string): Promise<string> => hashOf(c, 'request', approvalJws)

export const newNonce = (c: CryptoPort): string => toBase64url(c.random(16))

/** Until when what was tapped then may be released: as long after the tap as the host may release after the last moment for it, and never longer than it said. */
export const releaseUntil = (
  { expiresAt, releaseBy }: Pick<Approval, 'expiresAt' | 'releaseBy'>,
  tappedAt: number,
): number => Math.min(releaseBy, tappedAt + releaseBy - expiresAt)

/** Everything of an approval but what follows from the operation, the host's key and chance. */
export type ToApprove = Omit<Approval, 'v' | 'host' | 'digest' | 'tier' | 'nonce'>

/** The host's signed question. Errors: `operation_invalid`. */
export async function makeApproval(
  c: CryptoPort,
  host: KeyPair,
  fields: ToApprove,
): Promise<Result<{ approval: Approval; jws: string }>> {
  const digest = await digestOf(c, fields.operation)
  if (!digest.ok) return digest
  const { tier } = fields.operation
  const read = Approval.safeParse({
    v: 1,
    host: hostIdOf(host.keys.kid),
    digest: digest.value,
    tier,
    nonce: newNonce(c),
    ...fields,
  })
  if (!read.success) return refused('operation_invalid')
  return ok({ approval: read.data, jws: await signStatement(c, host, typ.approval, read.data) })
}

/**
 * Verifies a host's question: its key is a standing host of the team, the audience is the team, the digest is that of the operation shown, and its fields agree.
 * Errors: `statement_invalid`, `key_unknown`, `operation_invalid`.
 */
export async function readApproval(c: CryptoPort, team: TeamState, jws: string): Promise<Result<Approval>> {
  const header = headerOf(jws)
  if (!header.ok) return header
  const { kid } = header.value
  const host = team.keys.get(kid)
  if (host?.kind !== 'host' || host.removedAt !== null) return refused('key_unknown')
  const read = await verifyStatement(c, { jws, typ: typ.approval, schema: Approval, key: host.keys.sign, kid })
  if (!read.ok) return read
  const approval = read.value
  const { operation } = approval
  const digest = await digestOf(c, operation)
  if (!digest.ok) return digest
  const own = approval.host === hostIdOf(kid) && operation.host === approval.host && approval.aud === team.teamId
  const whole = digest.value === approval.digest && operation.tier === approval.tier
  const timely =
    approval.iat <= approval.expiresAt &&
    approval.expiresAt - approval.iat <= limits.approvalMs &&
    approval.expiresAt <= approval.releaseBy
  const scoped = approval.tier < 3 || approval.scopes.every((scope) => scope === 'once')
  return own && whole && timely && scoped ? ok(approval) : refused('statement_invalid', 'approval')
}
