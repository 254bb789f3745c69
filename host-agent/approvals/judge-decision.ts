import { type ErrorCode, ok, type Result, refused } from '#protocol/errors.ts'
import type { Receipt } from '#protocol/statements/receipt.ts'
import type { Lease } from '#protocol/statements/trust-entry.ts'
import { type AcceptedDecision, checkDecision } from '#trust/check-decision.ts'
import { headerOf } from '#trust/jws.ts'
import { stillMay } from '#trust/still-may.ts'
import type { HostContext } from '../context.ts'
import type { ApprovalMemory } from '../journal/memory.ts'
import { standingOf } from '../team/standing.ts'
import { verifyPasskey } from './verify-passkey.ts'

export type Counted = Receipt['decisions'][number]

/** The call that waits for an answer, as far as a decision is judged by it. */
export type WaitingCall = {
  /** Digest of the operation as it was made from this call. */
  digest: string
  /** The digits that the host shows for it; null: it asks for none. */
  code: string | null
  /** Approvals of it that were accepted so far. */
  accepted: { person: string; counted: Counted }[]
  /** Digest of the operation made anew: other than `digest` when anything that was shown has changed. */
  rebuild(): Promise<Result<string>>
}

/** `accepted`: this one and those before it that still count. `leases`: those by which they were judged. */
export type Judged = AcceptedDecision & {
  accepted: WaitingCall['accepted']
  counted: Counted[]
  leases: readonly Lease[]
}

/** The device knows another log, or a longer one. */
const ofTheLog: readonly ErrorCode[] = ['decision_other_log', 'trust_log_behind']

/**
 * All of the host's checks on one decision, in the order of trust.md. A decision that names a head of the trust log that this host doesn't have makes it look for it first.
 * Errors: the code of the first check that does not hold.
 */
export async function judgeDecision(
  context: HostContext,
  asked: ApprovalMemory,
  statement: string,
  call: WaitingCall,
): Promise<Result<Judged>> {
  for (let looked = false; ; ) {
    if (context.team.fork()) return refused('trust_log_forked')
    const state = context.team.state()
    const judged = await judgeNow(context, asked, statement, call)
    if (judged.ok || !ofTheLog.includes(judged.code)) return judged
    if (context.team.state() !== state) continue
    if (looked) return context.team.fork() ? refused('trust_log_forked') : judged
    await context.team.sync(context.relay)
    looked = true
  }
}

async function judgeNow(
  context: HostContext,
  asked: ApprovalMemory,
  statement: string,
  call: WaitingCall,
): Promise<Result<Judged>> {
  const { crypto, hostId, clock, memory } = context
  const signer = headerOf(statement)
  const kids = call.accepted.map(({ counted }) => counted.device)
  const standing = await standingOf(context, signer.ok ? [...kids, signer.value.kid] : kids)
  if (!standing) return refused('not_paired')
  const { team, leases } = standing
  // Whoever was taken out of the team since, or was given less, is no longer counted.
  const before = call.accepted.filter(({ counted }) => stillMay(standing, counted.device, asked.approval.operation))
  const checked = await checkDecision(crypto, {
    decisionJws: statement,
    approvalJws: asked.statement,
    approval: asked.approval,
    digestNow: call.digest,
    team,
    leases,
    me: hostId,
    open: !asked.settled && !asked.consumed,
    personsSoFar: before.map(({ person }) => person),
    now: clock.now(),
    elapsed: memory.passed() - asked.askedAt,
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
  return ok({ ...checked.value, accepted, leases, counted: accepted.map((each) => each.counted) })
}
