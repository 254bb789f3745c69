import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { PushNotice } from '#protocol/statements/notice.ts'
import { typ } from '#protocol/statements/typ.ts'
import type { TeamState } from '#trust/trust-log.ts'
import type { Context } from './context.ts'
import { verifyByTeam } from './open-statement.ts'

/** A host's word that an approval waits which is too large for a push, or one of several that are not pushed one by one. */
export async function readNotice(context: Context, team: TeamState, jws: string): Promise<Result<PushNotice>> {
  const opened = await verifyByTeam(context, team, jws, { typ: typ.notice, schema: PushNotice, from: 'host' })
  if (!opened.ok) return opened
  return opened.value.value.aud === team.teamId ? ok(opened.value.value) : refused('statement_invalid')
}
