import { type ErrorCode, ok, type Result, refused } from '#protocol/errors.ts'
import type { Decision } from '#protocol/statements/decision.ts'
import { gestureFor } from '#trust/gesture.ts'
import { headerOf } from '#trust/jws.ts'
import { stillMay } from '#trust/still-may.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { makeQuestion, type Question } from './approvals.ts'
import { createCodes } from './codes.ts'
import type { HostContext } from './context.ts'
import { createFatigue } from './fatigue.ts'
import { type Counted, type Judged, judgeDecision, type WaitingCall } from './judge-decision.ts'
import type { ApprovalMemory } from './memory.ts'
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

type Asked = Promise<Result<{ id: string; answer: Settled }>>

/** What people are asked now, and what becomes of their answers. */
export type Questions = {
  /** Puts a question to people and waits. An equal one that a crash left open is taken up again, with its decision where one came. */
  put(question: Question, rebuild: WaitingCall['rebuild'], signal?: AbortSignal): Asked
  decide(approvalId: string, statement: string, inboxId: string | null): Promise<void>
  withdraw(asked: ApprovalMemory, outcome: 'canceled' | 'expired'): Promise<void>
  /** Takes back everything that a task asks, or waits to ask. */
  withdrawTask(taskId: string): Promise<void>
  /** A session that was paused may ask again. */
  resume(taskId: string): Promise<void>
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
  /** What each task asks now, by digest. */
  const open = new Map<string, Asked>()
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

  /** Asked again while it is open: one card for both. What is approved runs once, so whoever asked second asks anew. */
  async function put(question: Question, rebuild: Waiter['rebuild'], signal?: AbortSignal): Asked {
    const { taskId, digest } = question
    if (taskId === null) return putUp(question, rebuild, signal)
    const key = `${taskId} ${digest}`
    const equal = open.get(key)
    if (equal) {
      const ended = await equal
      return ended.ok && ended.value.answer.is === 'approve' ? ok({ ...ended.value, answer: { is: 'stale' } }) : ended
    }
    const asked = putUp(question, rebuild, signal).finally(() => open.delete(key))
    open.set(key, asked)
    return asked
  }

  /** Waits until the session may put up one more card. False: it was ended meanwhile. */
  async function takeTurn({ taskId }: Question): Promise<boolean> {
    if (taskId === null) return true
    const turn = fatigue.turn(taskId)
    tellOpen(taskId)
    return (await turn) === 'go'
  }

  /** An equal question that a crash left open is taken up again, with its decision where one came. */
  async function putUp(question: Question, rebuild: Waiter['rebuild'], signal?: AbortSignal): Asked {
    const left = [...memory.approvals.values()].find(
      ({ id, taskId, digest, settled, consumed }) =>
        taskId !== null &&
        taskId === question.taskId &&
        digest === question.digest &&
        !settled &&
        !consumed &&
        !waiters.has(id),
    )
    if (left && (await wasSettled(context, left))) return forgotten(left)
    if (left?.settled) return ok({ id: left.id, answer: { is: 'over', code: null } })
    if (!left) await retire(question)
    if (left && question.taskId !== null) fatigue.opened(question.taskId)
    else if (!(await takeTurn(question))) return ok({ id: '', answer: { is: 'over', code: null } })
    const posed = left ? ok(left.id) : await pose(question)
    if (!posed.ok) {
      if (question.taskId !== null) fatigue.closed(question.taskId)
      return posed
    }
    const id = posed.value
    const needed = gestureOf(id)
    if (needed === 'passkey') void loadWebAuthn()
    const { promise: answered, resolve } = Promise.withResolvers<Settled>()
    waiters.set(id, {
      taskId: question.taskId,
      digest: question.digest,
      askedAt: left ? null : performance.now(),
      accepted: [],
      code: needed === 'code' ? codes.of(id) : null,
      rebuild,
      answer(answer) {
        codes.forget(id)
        waiters.delete(id)
        if (question.taskId !== null) fatigue.closed(question.taskId)
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

  /** After a restart it is asked for as it is now: the question of before, which showed something else, waits for nobody any more. */
  async function retire({ taskId, operation }: Question): Promise<void> {
    const team = context.team.state()
    if (taskId === null || !team) return
    const isLeft = ({ id, digest, settled, consumed, ...asked }: ApprovalMemory) =>
      asked.taskId === taskId && !settled && !consumed && !waiters.has(id) && !open.has(`${taskId} ${digest}`)
    for (const asked of [...memory.approvals.values()].filter(isLeft)) {
      const { kind, input } = asked.approval.operation
      if (kind === operation.kind && input === operation.input)
        await settleApproval(context, team, asked, 'stale', [], [])
    }
  }

  /** The journal has lost what became of it: it may have run. Said, and never run by that approval again. */
  async function forgotten(left: ApprovalMemory): Asked {
    const team = context.team.state()
    if (team) await settleApproval(context, team, left, 'indeterminate', [], [])
    return refused('journal_damaged', 'It was answered before, and what became of it is lost. Look, then ask again.')
  }

  async function pose(question: Question): Promise<Result<string>> {
    const team = context.team.state()
    if (!team) return refused('not_paired')
    // Scripts and terminals share one budget; a newcomer, whom a person at the host has just let answer, is always told.
    const isNewcomer = question.operation.kind === 'add-device'
    const announce = isNewcomer ? 'push' : fatigue.announce(question.taskId ?? 'scripts and terminals')
    const asked = await makeQuestion(context, team, question, announce)
    if (!asked.ok) return asked
    const { approval, statement, body } = asked.value
    const { id, digest } = approval
    await memory.record({ type: 'pending', approvalId: id, taskId: question.taskId, digest, approval: statement, body })
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
    const isNew = !asked.decisions.some(({ decision }) => decision === statement)
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
    const kept = isNew
      ? memory.record({ type: 'decision', approvalId, device, decision: statement, code: null })
      : Promise.resolve()
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
    // A plan that is denied with words is wanted, in another form. Before the agent hears of it: what it asks next has to find the session paused.
    const isComment = asked.approval.operation.plan !== undefined && decision.answer === 'deny' && decision.reason
    const noted = asked.taskId === null || isComment ? null : fatigue.answered(asked.taskId, decision.answer)
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

  async function withdraw(asked: ApprovalMemory, outcome: 'canceled' | 'expired'): Promise<void> {
    const team = context.team.state()
    if (asked.settled || asked.consumed || !team) return
    waiters.get(asked.id)?.answer({ is: 'over', code: outcome === 'expired' ? 'approval_expired' : null })
    await settleApproval(context, team, asked, outcome, [], [])
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
