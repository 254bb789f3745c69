import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { NewcomerNotice } from '#protocol/statements/newcomer.ts'
import { typ } from '#protocol/statements/typ.ts'
import type { TeamState } from '#trust/trust-log.ts'
import type { Context } from './context.ts'
import { verifyByTeam } from './open-statement.ts'

/** A host's word that a device was let into the team. The trust log says whether it is true; this says only that it is time to look. */
export async function readNewcomer(context: Context, team: TeamState, jws: string): Promise<Result<NewcomerNotice>> {
  const opened = await verifyByTeam(context, team, jws, { typ: typ.newcomer, schema: NewcomerNotice, from: 'host' })
  if (!opened.ok) return opened
  return opened.value.value.aud === team.teamId ? ok(opened.value.value) : refused('statement_invalid')
}
