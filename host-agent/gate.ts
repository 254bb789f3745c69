import { type ErrorCode, ok, type Result, refused } from '#protocol/errors.ts'
import type { Decision } from '#protocol/statements/decision.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { gestureFor } from '#trust/gesture.ts'
import { digestOf } from '#trust/operation.ts'
import type { TeamState } from '#trust/trust-log.ts'
import type { GateAnswer, ToolRequest } from './agents/driver.ts'
import { makeQuestion, type Question } from './approvals.ts'
import { createCodes } from './codes.ts'
import type { HostContext } from './context.ts'
import { evaluatePolicy } from './evaluate-policy.ts'
import { type Judged, judgeDecision, type WaitingCall } from './judge-decision.ts'
import type { ApprovalMemory } from './memory.ts'
import { buildOperation } from './operation.ts'
import { settleApproval, tellResult } from './receipts.ts'
import { loadWebAuthn } from './verify-passkey.ts'

/** For whom the gate asks. */
export type Asker = { taskId: string; salt: string; project: string; projectName: string; agent: string }

export type Gate = {
  /** Asks the policy, and people where it says so. Resolves when it is answered; nothing may run before it says `allow`. */
  ask(asker: Asker, request: ToolRequest): Promise<GateAnswer>
  /** The host's own question (a newcomer): answers with the decision that counts, or why there is none. */
  askPeople(operation: Operation, projectName: string, signal: AbortSignal): Promise<Result<Decision>>
  /** A decision from the inbox, opened but not believed. Durable when it resolves. */
  decide(approvalId: string, device: string, statement: string, inboxId: string): Promise<void>
  executed(approvalId: string, exitCode: number | null): void
  /** Takes back what people are asked for this task. */
  withdraw(taskId: string): Promise<void>
  /** The task's run is over: what is still open is withdrawn, what was released and never reported is nobody's knowledge. */
  finish(taskId: string): Promise<void>
  /** After a restart: truth about what was under way. */
  recover(): Promise<void>
  /** Settles what has run out of time. */
  expire(): Promise<void>
  /** What waits for a code that somebody reads at the host, with the code. */
  codes(): { approvalId: string; code: string; command: string }[]
}

type Waiter = WaitingCall & {
  answer(answer: Settled): void
}
type Settled =
  | { is: 'approve' | 'deny' | 'report'; decision: Decision }
  | { is: 'over'; code: ErrorCode | null }
  | { is: 'stale' }

/** `onOpen` is told whenever the number of open questions of a task has changed. */
export function createGate(context: HostContext, onOpen: (taskId: string, count: number) => void): Gate {
  const { memory, clock, crypto, hasher, hostId, log } = context
  const waiters = new Map<string, Waiter>()
  /** One decision of an approval is judged at a time: two taps must not both find it open. */
  const judging = new Map<string, Promise<void>>()
  /** Receipts on their way: what follows a release is told after it. */
  const settling = new Map<string, Promise<void>>()
  const codes = createCodes()
  const gestureOf = (id: string) => {
    const asked = memory.approvals.get(id)
    return asked ? gestureFor(asked.approval) : 'tap'
  }
  const tellOpen = (taskId: string | null) => {
    if (taskId !== null)
      onOpen(taskId, [...waiters.keys()].filter((id) => memory.approvals.get(id)?.taskId === taskId).length)
  }

  async function ask(asker: Asker, request: ToolRequest): Promise<GateAnswer> {
    for (;;) {
      const place = { crypto, hostId, project: asker.project, salt: asker.salt, hasher }
      const built = await describe(asker, request, place)
      if (!built.ok) return refuse(asker.taskId, null, built.code, built.detail)
      const { operation, digest, verdict } = built.value
      if (verdict.verdict !== 'ask') {
        const { policyHash } = context.policy
        const durable = memory.record({
          type: 'verdict',
          taskId: asker.taskId,
          digest,
          verdict: verdict.verdict,
          rule: verdict.rule,
          tier: verdict.tier,
          policyHash,
        })
        await durable
        return verdict.verdict === 'allow'
          ? { answer: 'allow', approvalId: null }
          : refuse(asker.taskId, digest, 'operation_denied_by_policy')
      }
      const rebuild = async () => {
        const again = await describe(asker, request, place)
        return again.ok ? ok(again.value.digest) : again
      }
      const settled = await put(
        {
          operation,
          digest,
          taskId: asker.taskId,
          project: asker.projectName,
          words: request.words,
          rule: verdict.rule,
          requester: requesterOf(asker.taskId),
        },
        rebuild,
      )
      if (!settled.ok) return refuse(asker.taskId, digest, settled.code, settled.detail)
      const { id, answer } = settled.value
      if (answer.is === 'approve') return { answer: 'allow', approvalId: id }
      if (answer.is === 'over')
        return answer.code === null ? { answer: 'canceled' } : { answer: 'deny', code: answer.code }
      // What was shown has changed in between: it is asked again as it is now.
      if (answer.is === 'stale') continue
      const { reason } = answer.decision
      return { answer: 'deny', code: null, ...(reason === undefined ? {} : { reason }) }
    }
  }

  /** The person whose device asked for the task. */
  function requesterOf(taskId: string): string | null {
    const from = memory.tasks.get(taskId)?.from ?? ''
    return context.team.state()?.keys.get(from)?.rights?.person ?? null
  }

  async function describe(asker: Asker, request: ToolRequest, place: Parameters<typeof buildOperation>[1]) {
    const built = await buildOperation(request, place)
    if (!built.ok) return built
    const verdict = evaluatePolicy(context.policy.policy, built.value, asker.agent, asker.project)
    const operation: Operation = { ...built.value, tier: verdict.tier }
    const digest = await digestOf(crypto, operation)
    return digest.ok ? ok({ operation, verdict, digest: digest.value }) : digest
  }

  function refuse(taskId: string, digest: string | null, code: ErrorCode, detail?: string): GateAnswer {
    void memory.record({ type: 'refused', taskId, digest, code })
    context.emit(taskId, {
      type: 'refused',
      at: clock.now(),
      code,
      ...(detail === undefined ? {} : { detail: detail.slice(0, 500) }),
    })
    return { answer: 'deny', code }
  }

  /** Puts a question to people and waits. An equal one that a crash left open is taken up again, with its decision where one came. */
  async function put(
    question: Question,
    rebuild: Waiter['rebuild'],
    signal?: AbortSignal,
  ): Promise<Result<{ id: string; answer: Settled }>> {
    const team = context.team.state()
    if (!team) return refused('not_paired')
    const left = [...memory.approvals.values()].find(
      ({ id, taskId, digest, settled, consumed }) =>
        taskId !== null &&
        taskId === question.taskId &&
        digest === question.digest &&
        !settled &&
        !consumed &&
        !waiters.has(id),
    )
    const posed = left ? ok(left.id) : await pose(team, question)
    if (!posed.ok) return posed
    const id = posed.value
    const needed = gestureOf(id)
    if (needed === 'passkey') void loadWebAuthn()
    const answered = new Promise<Settled>((resolve) => {
      waiters.set(id, {
        digest: question.digest,
        askedAt: left ? null : performance.now(),
        accepted: [],
        code: needed === 'code' ? codes.of(id) : null,
        rebuild,
        answer(answer) {
          codes.forget(id)
          waiters.delete(id)
          resolve(answer)
        },
      })
    })
    tellOpen(question.taskId)
    for (const { decision, device, code } of left?.decisions ?? [])
      if (code === null) void decide(id, device, decision, null)
    const giveUp = () => {
      const asked = memory.approvals.get(id)
      if (asked) void withdraw(asked, 'canceled')
    }
    signal?.addEventListener('abort', giveUp)
    const answer = await answered
    signal?.removeEventListener('abort', giveUp)
    tellOpen(question.taskId)
    return ok({ id, answer })
  }

  async function pose(team: TeamState, question: Question): Promise<Result<string>> {
    const asked = await makeQuestion(context, team, question)
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

  function decide(approvalId: string, device: string, statement: string, inboxId: string | null): Promise<void> {
    const before = judging.get(approvalId) ?? Promise.resolve()
    const next = before.then(() => judge(approvalId, device, statement, inboxId))
    judging.set(
      approvalId,
      next.catch(() => {}),
    )
    return next.finally(() => {
      if (memory.approvals.get(approvalId)?.settled) judging.delete(approvalId)
    })
  }

  async function judge(approvalId: string, device: string, statement: string, inboxId: string | null): Promise<void> {
    const asked = memory.approvals.get(approvalId)
    const team = context.team.state()
    if (!asked || !team || asked.settled || asked.consumed) return
    const isNew = !asked.decisions.some(({ decision }) => decision === statement)
    const waiter = waiters.get(approvalId)
    if (!waiter) {
      // The agent has not asked again yet: kept, and judged when it does.
      if (isNew) await memory.record({ type: 'decision', approvalId, device, decision: statement, code: null })
      return
    }
    const judged = await judgeDecision(context, asked, statement, waiter)
    if (!judged.ok && judged.code !== 'decision_stale') {
      if (isNew) await memory.record({ type: 'decision', approvalId, device, decision: statement, code: judged.code })
      log('decision.refused', { code: judged.code, approvalId })
      if (asked.taskId !== null)
        context.emit(asked.taskId, { type: 'refused', at: clock.now(), approval: approvalId, code: judged.code })
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
    await consume(team, asked, waiter, judged.value, acks)
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
    await memory.record({ type: 'consume', approvalId: asked.id, digest: asked.digest, answer: decision.answer })
    waiter.answer({ is: decision.answer, decision })
    if (decision.answer === 'approve') context.released(asked.id)
    const settled = settleApproval(
      context,
      team,
      asked,
      decision.answer === 'approve' ? 'released' : 'denied',
      counted,
      acks,
    )
    settling.set(asked.id, settled)
    await settled.finally(() => settling.delete(asked.id))
  }

  async function withdraw(asked: ApprovalMemory, outcome: 'canceled' | 'expired'): Promise<void> {
    const team = context.team.state()
    if (asked.settled || asked.consumed || !team) return
    waiters.get(asked.id)?.answer({ is: 'over', code: outcome === 'expired' ? 'approval_expired' : null })
    await settleApproval(context, team, asked, outcome, [], [])
  }

  async function withdrawTask(taskId: string): Promise<void> {
    for (const asked of memory.approvals.values()) if (asked.taskId === taskId) await withdraw(asked, 'canceled')
  }

  return {
    ask,
    async askPeople(operation, projectName, signal) {
      const digest = await digestOf(crypto, operation)
      if (!digest.ok) return digest
      const posed = await put(
        { operation, digest: digest.value, taskId: null, project: projectName, rule: null, requester: null },
        async () => digest,
        signal,
      )
      if (!posed.ok) return posed
      const { answer } = posed.value
      if (answer.is === 'approve') return ok(answer.decision)
      return refused(answer.is === 'over' && answer.code !== null ? answer.code : 'operation_denied_by_policy')
    },
    decide,
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
    withdraw: (taskId) => withdrawTask(taskId),
    async finish(taskId) {
      const team = context.team.state()
      await withdrawTask(taskId)
      for (const asked of memory.approvals.values()) {
        if (asked.taskId !== taskId || !team) continue
        await settling.get(asked.id)
        if (asked.consumed === 'approve') await tellResult(context, team, asked, 'indeterminate', null)
      }
    },
    async recover() {
      const team = context.team.state()
      if (!team) return
      for (const asked of memory.approvals.values()) {
        if (asked.consumed === 'approve' && !asked.result) {
          await settleApproval(context, team, asked, 'indeterminate', [], [])
          await tellResult(context, team, asked, 'indeterminate', null)
        } else if (asked.consumed) await settleApproval(context, team, asked, 'denied', [], [])
        // Whoever the host asked for itself is gone with the pairing that needed it.
        else if (asked.taskId === null) await withdraw(asked, 'canceled')
      }
    },
    async expire() {
      const now = clock.now()
      for (const asked of memory.approvals.values()) {
        const { expiresAt, releaseBy } = asked.approval
        const decided = asked.decisions.some(({ code }) => code === null)
        if (now >= (decided ? releaseBy : expiresAt)) await withdraw(asked, 'expired')
      }
    },
    codes: () =>
      [...waiters].flatMap(([approvalId, { code }]) => {
        const command = memory.approvals.get(approvalId)?.approval.operation.command ?? ''
        return code === null ? [] : [{ approvalId, code, command }]
      }),
  }
}
