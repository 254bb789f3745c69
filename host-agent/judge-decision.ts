import { ok, type Result, refused } from '#protocol/errors.ts'
import type { Receipt } from '#protocol/statements/receipt.ts'
import type { Lease } from '#protocol/statements/trust-entry.ts'
import { type AcceptedDecision, checkDecision } from '#trust/check-decision.ts'
import { headerOf } from '#trust/jws.ts'
import type { TeamState } from '#trust/trust-log.ts'
import type { HostContext } from './context.ts'
import type { ApprovalMemory } from './memory.ts'
import { verifyPasskey } from './verify-passkey.ts'

export type Counted = Receipt['decisions'][number]

/** The call that waits for an answer, as far as a decision is judged by it. */
export type WaitingCall = {
  /** Digest of the operation as it was made from this call. */
  digest: string
  /** `performance.now()` when people were asked; null when that was before a restart. */
  askedAt: number | null
  /** The digits that the host shows for it; null: it asks for none. */
  code: string | null
  /** Approvals of it that were accepted so far. */
  accepted: { person: string; counted: Counted }[]
  /** Digest of the operation made anew: other than `digest` when anything that was shown has changed. */
  rebuild(): Promise<Result<string>>
}

/** `accepted`: this one and those before it that still count. */
export type Judged = AcceptedDecision & { accepted: WaitingCall['accepted']; counted: Counted[] }

/** All of the host's checks on one decision, in the order of trust.md. Errors: the code of the first check that does not hold. */
export async function judgeDecision(
  context: HostContext,
  asked: ApprovalMemory,
  statement: string,
  call: WaitingCall,
): Promise<Result<Judged>> {
  const { crypto, hostId, clock } = context
  if (context.team.fork()) return refused('trust_log_forked')
  const team = context.team.state()
  if (!team) return refused('not_paired')
  // Whoever was taken out of the team since is no longer counted.
  const before = call.accepted.filter(({ counted }) => team.keys.get(counted.device)?.removedAt === null)
  const checked = await checkDecision(crypto, {
    decisionJws: statement,
    approvalJws: asked.statement,
    approval: asked.approval,
    digestNow: call.digest,
    team,
    leases: await leasesFor(context, team, statement),
    me: hostId,
    open: !asked.settled && !asked.consumed,
    personsSoFar: before.map(({ person }) => person),
    now: clock.now(),
    elapsed: call.askedAt === null ? null : performance.now() - call.askedAt,
    fresh: async () => {
      const again = await call.rebuild()
      return again.ok && again.value === asked.digest
    },
    code: call.code,
    verifyPasskey: (...proof) => verifyPasskey(context.appOrigin, ...proof),
  })
  if (!checked.ok) return checked
  const { decision, person } = checked.value
  const { reason } = decision
  const counted: Counted = {
    device: decision.device,
    person,
    answer: decision.answer,
    ...(reason === undefined ? {} : { reason }),
  }
  const accepted = [...before, { person, counted }]
  return ok({ ...checked.value, accepted, counted: accepted.map((each) => each.counted) })
}

async function leasesFor({ leases }: HostContext, team: TeamState, statement: string): Promise<Lease[]> {
  const header = headerOf(statement)
  return header.ok && team.keys.has(header.value.kid) ? leases.for(team, header.value.kid) : []
}
