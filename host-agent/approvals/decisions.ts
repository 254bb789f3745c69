import type { ErrorCode } from '#protocol/errors.ts'
import type { Decision } from '#protocol/statements/decision.ts'
import { headerOf } from '#trust/jws.ts'
import { stillMay } from '#trust/still-may.ts'
import type { TeamState } from '#trust/trust-log.ts'
import type { HostContext } from '../context.ts'
import type { ApprovalMemory } from '../journal/memory.ts'
import { isComment } from '../plan/is-comment.ts'
import type { ApprovalCodes } from './codes.ts'
import type { Fatigue } from './fatigue.ts'
import { type Counted, type Judged, judgeDecision, type WaitingCall } from './judge-decision.ts'
import { settleApproval, tellResult } from './receipts.ts'

/** A question that is up, by the call that waits for its answer. */
export type Waiter = WaitingCall & {
  taskId: string | null
  answer(answer: Settled): void
}
/** How a question ended. `stale`: what was shown has changed. `over` without a code: it was taken back. */
export type Settled =
  | { is: 'approve' | 'deny' | 'report'; decision: Decision }
  | { is: 'over'; code: ErrorCode | null }
  | { is: 'stale' }

/** What becomes of people's answers. */
export type Decisions = {
  /** Judges a decision and does what it says: it is spent on the disk before its question is answered. Without a call that waits it is kept. */
  take(approvalId: string, statement: string, inboxId: string | null): Promise<void>
  /** A released operation has ended: told after its release. */
  executed(approvalId: string, exitCode: number | null): void
  /** What has to follow the receipt of an approval waits for this. */
  told(approvalId: string): Promise<void>
}

type Board = {
  waiters: ReadonlyMap<string, Waiter>
  codes: Pick<ApprovalCodes, 'wrong'>
  fatigue: Pick<Fatigue, 'answered'>
  /** For work that nobody waits for. */
  quietly(work: Promise<void>): void
}

/** `waiters`: the questions that are up, by their approvals. */
export function createDecisions(context: HostContext, { waiters, codes, fatigue, quietly }: Board): Decisions {
  const { memory, clock, log } = context
  /** One decision of an approval is judged at a time: two taps must not both find it open. */
  const judging = new Map<string, Promise<void>>()
  /** Receipts on their way: what follows a release is told after it. */
  const settling = new Map<string, Promise<void>>()
  /** Decisions whose device knows more of the trust log than this host, with their approvals. */
  const ahead = new Map<string, string>()
  context.team.onChange(() => {
    const kept = [...ahead]
    ahead.clear()
    for (const [statement, approvalId] of kept) quietly(take(approvalId, statement, null))
  })

  function take(approvalId: string, statement: string, inboxId: string | null): Promise<void> {
    const before = judging.get(approvalId) ?? Promise.resolve()
    const next = before.then(() => judge(approvalId, statement, inboxId))
    judging.set(
      approvalId,
      next.catch(() => {}),
    )
    return next.finally(() => {
      if (memory.approvals.get(approvalId)?.settled) judging.delete(approvalId)
    })
  }

  async function judge(approvalId: string, statement: string, inboxId: string | null): Promise<void> {
    const asked = memory.approvals.get(approvalId)
    const team = context.team.state()
    if (!asked || !team || asked.settled || asked.consumed) return
    const signer = headerOf(statement)
    if (!signer.ok) return
    const device = signer.value.kid
    const known = asked.decisions.find(({ decision }) => decision === statement)
    const isNew = known === undefined
    const waiter = waiters.get(approvalId)
    if (!waiter) {
      // The agent has not asked again yet: kept, and judged when it does.
      if (isNew) await memory.record({ type: 'decision', approvalId, device, decision: statement, code: null })
      return
    }
    const judged = await judgeDecision(context, asked, statement, waiter)
    if (!judged.ok && judged.code === 'trust_log_behind') {
      // Not for this host to judge yet: kept, and judged when the log has come.
      ahead.set(statement, approvalId)
      if (context.team.state() !== team) return judge(approvalId, statement, inboxId)
      if (isNew) await memory.record({ type: 'decision', approvalId, device, decision: statement, code: null })
      tellRefused(asked, judged.code)
      return
    }
    if (!judged.ok && judged.code !== 'decision_stale') {
      if (isNew) await memory.record({ type: 'decision', approvalId, device, decision: statement, code: judged.code })
      tellRefused(asked, judged.code)
      if (judged.code === 'decision_code' && codes.wrong(approvalId)) {
        waiter.answer({ is: 'over', code: 'decision_code' })
        await settleApproval(context, team, asked, 'rejected', [], inboxId === null ? [] : [inboxId])
      }
      return
    }
    const acks = inboxId === null ? [] : [inboxId]
    if (!judged.ok) {
      waiter.answer({ is: 'stale' })
      if (isNew) await memory.record({ type: 'decision', approvalId, device, decision: statement, code: judged.code })
      await settleApproval(context, team, asked, 'stale', [], acks)
      return
    }
    // One that was refused before, as until its device's lease had come, is written down anew: the audit counts what counts.
    const kept =
      known?.code === null
        ? Promise.resolve()
        : memory.record({ type: 'decision', approvalId, device, decision: statement, code: null })
    if (!judged.value.complete) {
      waiter.accepted = judged.value.accepted
      // It counts when it is on the disk: after a restart it is judged again from there.
      await kept
      tellProgress(asked, waiter)
      return
    }
    // Somebody was taken out of the team, or given less, while this was judged: it is judged again, without them.
    if (!judged.value.counted.every(counts(asked, judged.value))) return judge(approvalId, statement, inboxId)
    await consume(team, asked, waiter, judged.value, acks)
  }

  /** Whether a word still counts, by the team as it is at this moment. */
  const counts =
    ({ approval }: ApprovalMemory, { leases }: Judged) =>
    ({ device }: Counted): boolean => {
      const team = context.team.state()
      return team !== null && stillMay({ team, leases, now: clock.now() }, device, approval.operation)
    }

  function tellRefused({ id, taskId }: ApprovalMemory, code: ErrorCode): void {
    log('decision.refused', { code, approvalId: id })
    if (taskId !== null) context.emit(taskId, { type: 'refused', at: clock.now(), approval: id, code })
  }

  /** More have to approve: everybody sees who did, and with what reason. */
  function tellProgress({ id, taskId }: ApprovalMemory, { accepted }: Waiter): void {
    if (taskId === null) return
    const decisions = accepted.map(({ counted }) => counted)
    context.emit(taskId, { type: 'approval', at: clock.now(), approval: id, state: 'pending', decisions })
  }

  /** The point of no return: on the disk first, then the answer, then the receipt. */
  async function consume(
    team: TeamState,
    asked: ApprovalMemory,
    waiter: Waiter,
    judged: Judged,
    acks: string[],
  ): Promise<void> {
    const { decision, counted } = judged
    const { id: approvalId, digest } = asked
    const devices = counted.map(({ device }) => device)
    await memory.record({ type: 'consume', approvalId, digest, answer: decision.answer, counted: devices })
    // Taken out of the team, or given less, while the disk was written: the decision is spent, and releases nothing.
    const isForked = context.team.fork() !== null
    if (decision.answer === 'approve' && (isForked || !counted.every(counts(asked, judged)))) {
      waiter.answer({ is: 'over', code: isForked ? 'trust_log_forked' : 'decision_role_refused' })
      await settleApproval(context, team, asked, 'rejected', counted, acks)
      return
    }
    // Before the agent hears of it: what it asks next has to find the session paused.
    const noted = asked.session === null || isComment(asked) ? null : fatigue.answered(asked.session, decision.answer)
    waiter.answer({ is: decision.answer, decision })
    if (decision.answer === 'approve') context.released(asked.id)
    keepRule(asked, decision)
    const settled = settleApproval(
      context,
      team,
      asked,
      decision.answer === 'approve' ? 'released' : 'denied',
      counted,
      acks,
    )
    settling.set(asked.id, settled)
    await noted
    await settled.finally(() => settling.delete(asked.id))
  }

  /** After the release, so that nothing waits for it. One that a crash loses is asked for again. */
  function keepRule({ id, taskId }: ApprovalMemory, { answer, scope, rule, device }: Decision): void {
    if (answer !== 'approve' || scope === 'once' || !rule) return
    void memory.record({ type: 'rule', approvalId: id, taskId: scope === 'session' ? taskId : null, device, rule })
    context.statusChanged()
  }

  return {
    take,
    executed(approvalId, exitCode) {
      const asked = memory.approvals.get(approvalId)
      const team = context.team.state()
      if (!asked || !team) return
      const told = (settling.get(approvalId) ?? Promise.resolve()).then(() =>
        tellResult(context, team, asked, 'executed', exitCode),
      )
      settling.set(approvalId, told)
      told.catch((error: Error) => log('receipt.failed', { reason: error.message }))
    },
    told: (approvalId) => settling.get(approvalId) ?? Promise.resolve(),
  }
}
