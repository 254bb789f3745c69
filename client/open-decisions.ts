import type { ApprovalView } from '#protocol/records.ts'
import { Decision } from '#protocol/statements/decision.ts'
import { typ } from '#protocol/statements/typ.ts'
import { requestHash } from '#trust/approval.ts'
import type { ApprovalRecord } from './approval-record.ts'
import type { Context } from './context.ts'
import { openStatement } from './open-statement.ts'

/** What a person of the team said about an approval, by their device's signature. Whether it counts is the host's to say, in its receipt. */
export type TeamDecision = Pick<Decision, 'id' | 'device' | 'answer' | 'reason' | 'iat'> & { person: string }

/** Opens the decisions that the relay keeps for an approval, each verified; what this device can't open or verify, or what is about another request, is left out. */
export async function openDecisions(
  context: Context,
  { decisions }: Pick<ApprovalView, 'decisions'>,
  { id, jws }: ApprovalRecord,
): Promise<TeamDecision[]> {
  const request = await requestHash(context.crypto, jws)
  const opened = await Promise.all(decisions.map(({ sealed }) => openDecision(context, sealed)))
  return opened
    .filter((each) => each !== null)
    .filter(({ decision }) => decision.approval === id && decision.request === request)
    .map(({ decision, person }) => {
      const { device, answer, reason, iat } = decision
      return { id: decision.id, device, person, answer, iat, ...(reason === undefined ? {} : { reason }) }
    })
}

async function openDecision(context: Context, sealed: ApprovalView['decisions'][number]['sealed']) {
  const team = context.team.state()
  if (!team) return null
  const opened = await openStatement(context, team, sealed, { typ: typ.decision, schema: Decision, from: 'device' })
  if (!opened.ok || opened.value.value.device !== opened.value.kid) return null
  return { decision: opened.value.value, person: opened.value.key.rights?.person ?? '' }
}
