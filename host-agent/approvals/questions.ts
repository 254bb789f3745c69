import { type ErrorCode, ok, type Result, refused } from '#protocol/errors.ts'
import { gestureFor } from '#trust/gesture.ts'
import type { HostContext } from '../context.ts'
import type { ApprovalMemory } from '../journal/memory.ts'
import { makeQuestion, type Question } from './approvals.ts'
import { createCodes } from './codes.ts'
import { createDecisions, type Decisions, type Settled, type Waiter } from './decisions.ts'
import { createFatigue, type Turn } from './fatigue.ts'
import { type Asked, createFolding } from './fold-questions.ts'
import type { WaitingCall } from './judge-decision.ts'
import { createLeftCards } from './left-cards.ts'
import { settleApproval } from './receipts.ts'
import { loadWebAuthn } from './verify-passkey.ts'
import { wasSettled } from './was-settled.ts'

/** What people are asked now, and what becomes of their answers. */
export type Questions = {
  /** Puts a question to people and waits. An equal one that a crash left open is taken up again, with its decision where one came. */
  put(question: Question, rebuild: WaitingCall['rebuild'], signal?: AbortSignal): Asked
  decide: Decisions['take']
  /** `code`: what whoever waits is told; default: that it expired, or only that it was taken back. */
  withdraw(asked: ApprovalMemory, outcome: 'canceled' | 'expired', code?: ErrorCode): Promise<void>
  /** Takes back everything that a task asks, or waits to ask. */
  withdrawTask(taskId: string): Promise<void>
  /** A session that was paused may ask again. */
  resume(session: string): Promise<void>
  executed: Decisions['executed']
  told: Decisions['told']
  codes(): { approvalId: string; code: string; command: string }[]
}

/** `onOpen` is told whenever the number of open questions of a task has changed. */
export function createQuestions(context: HostContext, onOpen: (taskId: string, count: number) => void): Questions {
  const { memory, clock, log } = context
  const waiters = new Map<string, Waiter>()
  const folding = createFolding()
  const codes = createCodes()
  const fatigue = createFatigue(context)
  /** Nobody waits for it: a disk that fails is said, and everything that depends on it fails by itself. */
  const quietly = (work: Promise<void>) =>
    void work.catch((error: Error) => log('gate.failed', { reason: error.message }))
  const { take: decide, executed, told } = createDecisions(context, { waiters, codes, fatigue, quietly })
  const left = createLeftCards(
    context,
    fatigue,
    (id, session, digest) => waiters.has(id) || folding.isOpen(session, digest),
  )
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
    await left.makeRoom(session)
    const turn = fatigue.turn(session, signal)
    tellOpen(taskId)
    return turn
  }

  /** An equal question that a crash left open is taken up again, with its decision where one came. */
  async function putUp(question: Question, rebuild: Waiter['rebuild'], signal?: AbortSignal): Asked {
    const { taskId, session, digest } = question
    // What scripts and terminals asked before a restart is taken back: nobody waits for it.
    const before = taskId === null ? undefined : left.of(session).find((asked) => asked.digest === digest)
    if (before && (await wasSettled(context, before))) return left.forgotten(before)
    if (before?.settled) return ok({ id: before.id, answer: { is: 'over', code: null } })
    if (!before) await left.retire(question)
    const turn = before ? 'go' : await takeTurn(question, signal)
    if (turn === 'canceled') return ok({ id: '', answer: { is: 'over', code: null } })
    if (turn === 'paused') return refused('session_paused')
    const posed = before ? ok(before.id) : await pose(question)
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
    for (const { decision, code } of before?.decisions ?? []) if (code === null) quietly(decide(id, decision, null))
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
    executed,
    told,
    codes: () =>
      [...waiters].flatMap(([approvalId, { code }]) => {
        const command = memory.approvals.get(approvalId)?.approval.operation.command ?? ''
        return code === null ? [] : [{ approvalId, code, command }]
      }),
  }
}
