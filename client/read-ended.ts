import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { hostIdOf } from '#protocol/ids.ts'
import { TaskEnded } from '#protocol/statements/ended.ts'
import { typ } from '#protocol/statements/typ.ts'
import type { TeamState } from '#trust/trust-log.ts'
import type { Context } from './context.ts'
import { verifyByTeam } from './open-statement.ts'

/** A host's word that a task is over. Errors: those of the statement; `statement_invalid` for another team, or in another host's name. */
export async function readEnded(context: Context, team: TeamState, jws: string): Promise<Result<TaskEnded>> {
  const opened = await verifyByTeam(context, team, jws, { typ: typ.ended, schema: TaskEnded, from: 'host' })
  if (!opened.ok) return opened
  const { value: said, kid } = opened.value
  return said.aud === team.teamId && said.host === hostIdOf(kid) ? ok(said) : refused('statement_invalid')
}
