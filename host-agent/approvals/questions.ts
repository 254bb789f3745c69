import { type ErrorCode, ok, type Result, refused } from '#protocol/errors.ts'
import type { Decision } from '#protocol/statements/decision.ts'
import { gestureFor } from '#trust/gesture.ts'
import { headerOf } from '#trust/jws.ts'
import { stillMay } from '#trust/still-may.ts'
import type { TeamState } from '#trust/trust-log.ts'
import type { HostContext } from '../context.ts'
import type { ApprovalMemory } from '../journal/memory.ts'
import { isComment } from '../plan/is-comment.ts'
import { makeQuestion, type Question } from './approvals.ts'
import { createCodes } from './codes.ts'
import { createFatigue, type Turn } from './fatigue.ts'
import { type Asked, createFolding } from './fold-questions.ts'
import { type Counted, type Judged, judgeDecision, type WaitingCall } from './judge-decision.ts'
import { settleApproval, tellResult } from './receipts.ts'
import { loadWebAuthn } from './verify-passkey.ts'
import { wasSettled } from './was-settled.ts'

type Waiter = WaitingCall & {
  taskId: string | null
  answer(answer: Settled): void
}
/** How a question ended. `stale`: what was shown has changed. `over` without a code: it was taken back. */
export type Settled =
  | { is: 'approve' | 'deny' | 'report'; decision: Decision }
  | { is: 'over'; code: ErrorCode | null }
  | { is: 'stale' }

/** What people are asked now, and what becomes of their answers. */
export type Questions = {
  /** Puts a question to people and waits. An equal one that a crash left open is taken up again, with its decision where one came. */
  put(question: Question, rebuild: WaitingCall['rebuild'], signal?: AbortSignal): Asked
  decide(approvalId: string, statement: string, inboxId: string | null): Promise<void>
  /** `code`: what whoever waits is told; default: that it expired, or only that it was taken back. */
  withdraw(asked: ApprovalMemory, outcome: 'canceled' | 'expired', code?: ErrorCode): Promise<void>
  /** Takes back everything that a task asks, or waits to ask. */
  withdrawTask(taskId: string): Promise<void>
  /** A session that was paused may ask again. */
  resume(session: string): Promise<void>
  /** A released operation has ended: told after its release. */
  executed(approvalId: string, exitCode: number | null): void
  /** What has to follow the receipt of an approval waits for this. */
  told(approvalId: string): Promise<void>
  codes(): { approvalId: string; code: string; command: string }[]
}

/** `onOpen` is told whenever the number of open questions of a task has changed. */
export function createQuestions(context: HostContext, onOpen: (taskId: string, count: number) => void): Questions {
  const { memory, clock, log } = context
  const waiters = new Map<string, Waiter>()
  /** One decision of an approval is judged at a time: two taps must not both find it open. */
  const judging = new Map<string, Promise<void>>()
  /** Receipts on their way: what follows a release is told after it. */
  const settling = new Map<string, Promise<void>>()
  const folding = createFolding()
  /** Decisions whose device knows more of the trust log than this host, with their approvals. */
  const ahead = new Map<string, string>()
  context.team.onChange(() => {
    const kept = [...ahead]
    ahead.clear()
    for (const [statement, approvalId] of kept) quietly(decide(approvalId, statement, null))
  })
  const codes = createCodes()
  const fatigue = createFatigue(context)
  /** Nobody waits for it: a disk that fails is said, and everything that depends on it fails by itself. */
  const quietly = (work: Promise<void>) =>
    void work.catch((error: Error) => log('gate.failed', { reason: error.message }))
  const gestureOf = (id: string) => {
    const asked = memory.approvals.get(id)
    return asked ? gestureFor(asked.approval) : 'tap'
  }
  const tellOpen = (taskId: string | null) => {
    if (taskId === null) return
    const up = [...waiters.values()].filter((waiter) => waiter.taskId === taskId).length
    onOpen(taskId, up + fatigue.held(taskId))
  }

  const put: Questions['put'] = (question, rebuild, signal) =>
    folding.fold(question, () => putUp(question, rebuild, signal), signal)

  /** Waits until the session may put up one more card. */
  async function takeTurn({ taskId, session }: Question, signal?: AbortSignal): Promise<Turn> {
    if (session === null) return 'go'
    await makeRoom(session)
    const turn = fatigue.turn(session, signal)
    tellOpen(taskId)
    return turn
  }

  /** An equal question that a crash left open is taken up again, with its decision where one came. */
  async function putUp(question: Question, rebuild: Waiter['rebuild'], signal?: AbortSignal): Asked {
    const { taskId, session, digest } = question
    // What scripts and terminals asked before a restart is taken back: nobody waits for it.
    const left = taskId === null ? undefined : leftOf(session).find((asked) => asked.digest === digest)
    if (left && (await wasSettled(context, left))) return forgotten(left)
    if (left?.settled) return ok({ id: left.id, answer: { is: 'over', code: null } })
    if (!left) await retire(question)
    const turn = left ? 'go' : await takeTurn(question, signal)
    if (turn === 'canceled') return ok({ id: '', answer: { is: 'over', code: null } })
    if (turn === 'paused') return refused('session_paused')
    const posed = left ? ok(left.id) : await pose(question)
    if (!posed.ok) {
      if (session !== null) fatigue.closed(session, null)
      return posed
    }
    const id = posed.value
    const needed = gestureOf(id)
    if (needed === 'passkey') void loadWebAuthn()
    const { promise: answered, resolve } = Promise.withResolvers<Settled>()
    waiters.set(id, {
      taskId: question.taskId,
      digest: question.digest,
      accepted: [],
      code: needed === 'code' ? codes.of(id) : null,
      rebuild,
      answer(answer) {
        codes.forget(id)
        waiters.delete(id)
        if (session !== null) fatigue.closed(session, id)
        resolve(answer)
      },
    })
    tellOpen(question.taskId)
    for (const { decision, code } of left?.decisions ?? []) if (code === null) quietly(decide(id, decision, null))
    const giveUp = () => {
      const asked = memory.approvals.get(id)
      if (asked) quietly(withdraw(asked, 'canceled'))
    }
    signal?.addEventListener('abort', giveUp)
    // It hung up while the question was made.
    if (signal?.aborted) giveUp()
    const answer = await answered
    signal?.removeEventListener('abort', giveUp)
    tellOpen(question.taskId)
    return ok({ id, answer })
  }

  /** Cards of before a restart that nobody has asked for again. */
  const leftOf = (session: string | null): ApprovalMemory[] =>
    [...memory.approvals.values()].filter(
      ({ id, digest, settled, consumed, ...asked }) =>
        session !== null &&
        asked.session === session &&
        !settled &&
        !consumed &&
        !waiters.has(id) &&
        !folding.isOpen(session, digest),
    )

  /** After a restart it is asked for as it is now: the question of before, which showed something else, waits for nobody any more. */
  async function retire({ session, operation }: Question): Promise<void> {
    for (const asked of leftOf(session)) {
      const { kind, input } = asked.approval.operation
      if (kind === operation.kind && input === operation.input) await takeDown(asked)
    }
  }

  /** They count, and must not hold up what is asked now: they give way, those first that nobody has answered. */
  async function makeRoom(session: string): Promise<void> {
    const left = leftOf(session).toSorted((one, other) => one.decisions.length - other.decisions.length)
    for (const asked of left) if (fatigue.isFull(session)) await takeDown(asked)
  }

  async function takeDown(asked: ApprovalMemory): Promise<void> {
    const team = context.team.state()
    if (team) await settleApproval(context, team, asked, 'stale', [], [])
    if (asked.session !== null) fatigue.closed(asked.session, asked.id)
  }

  /** The journal has lost what became of it: it may have run. Said, and never run by that approval again. */
  async function forgotten(left: ApprovalMemory): Asked {
    const team = context.team.state()
    if (team) await settleApproval(context, team, left, 'indeterminate', [], [])
    if (left.session !== null) fatigue.closed(left.session, left.id)
    return refused('journal_damaged', 'It was answered before, and what became of it is lost. Look, then ask again.')
  }

  async function pose(question: Question): Promise<Result<string>> {
    const team = context.team.state()
    if (!team) return refused('not_paired')
    const { session } = question
    // What the host itself asks (a newcomer, whom a person at the host has just let answer) is always told.
    const announce = session === null ? 'push' : fatigue.announce(session)
    const asked = await makeQuestion(context, team, question, announce)
    if (!asked.ok) return asked
    const { approval, statement, body } = asked.value
    const { id, digest } = approval
    const whose = question.taskId === null && session !== null ? { taskId: null, session } : { taskId: question.taskId }
    if (session !== null) fatigue.opened(session, id)
    await memory.record({ type: 'pending', approvalId: id, ...whose, digest, approval: statement, body })
    context.post(id)
    if (question.taskId !== null) {
      context.emit(question.taskId, {
        type: 'approval',
        at: clock.now(),
        approval: id,
        state: 'pending',
        request: approval,
      })
    }
    return ok(id)
  }

  function decide(approvalId: string, statement: string, inboxId: string | null): Promise<void> {
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

  async function withdraw(
    asked: ApprovalMemory,
    outcome: 'canceled' | 'expired',
    code: ErrorCode | null = outcome === 'expired' ? 'approval_expired' : null,
  ): Promise<void> {
    const team = context.team.state()
    if (asked.settled || asked.consumed || !team) return
    waiters.get(asked.id)?.answer({ is: 'over', code })
    await settleApproval(context, team, asked, outcome, [], [])
    if (asked.session !== null) fatigue.closed(asked.session, asked.id)
  }

  return {
    put,
    decide,
    withdraw,
    async withdrawTask(taskId) {
      fatigue.cancel(taskId)
      for (const asked of memory.approvals.values()) if (asked.taskId === taskId) await withdraw(asked, 'canceled')
    },
    resume: fatigue.resume,
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
    codes: () =>
      [...waiters].flatMap(([approvalId, { code }]) => {
        const command = memory.approvals.get(approvalId)?.approval.operation.command ?? ''
        return code === null ? [] : [{ approvalId, code, command }]
      }),
  }
}
