import type * as z from 'zod/mini'
import type { Envelope } from '#protocol/envelope.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { Typ } from '#protocol/statements/typ.ts'
import { openEnvelope } from '#trust/envelope.ts'
import { headerOf, verifyStatement } from '#trust/jws.ts'
import type { TeamKey, TeamState } from '#trust/trust-log.ts'
import type { Context } from './context.ts'

export type Opened<T> = { value: T; jws: string; kid: string; key: TeamKey }

/**
 * Opens a sealed message for this device and verifies the signed statement in it by a key of the team's trust log. `from` says what kind of key may have
 * signed. A key that was removed still vouches for what it said before; callers for whom that matters look at `key.removedAt`.
 */
export async function openStatement<T>(
  context: Context,
  team: TeamState,
  envelope: Envelope,
  expected: { typ: Typ; schema: z.ZodMiniType<T>; from: TeamKey['kind'] },
): Promise<Result<Opened<T>>> {
  const opened = await openEnvelope(context.crypto, context.keys, envelope)
  if (!opened.ok) return opened
  return verifyByTeam(context, team, opened.value, expected)
}

/** The second half: a statement that is already in the clear. */
export async function verifyByTeam<T>(
  { crypto }: Context,
  team: TeamState,
  jws: string,
  { typ, schema, from }: { typ: Typ; schema: z.ZodMiniType<T>; from: TeamKey['kind'] },
): Promise<Result<Opened<T>>> {
  const header = headerOf(jws)
  const kid = header.ok ? header.value.kid : undefined
  const key = kid === undefined ? undefined : team.keys.get(kid)
  if (kid === undefined || !key || key.kind !== from) return refused('statement_invalid')
  const verified = await verifyStatement(crypto, { jws, typ, schema, key: key.keys.sign, kid })
  return verified.ok ? ok({ value: verified.value, jws, kid, key }) : verified
}
