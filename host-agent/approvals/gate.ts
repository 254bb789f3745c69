import { type ErrorCode, ok, type Result, refused } from '#protocol/errors.ts'
import type { Decision } from '#protocol/statements/decision.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { digestOf } from '#trust/operation.ts'
import type { GateAnswer, ToolRequest } from '../agents/driver.ts'
import type { HostContext } from '../context.ts'
import { branchOf } from '../git/branch.ts'
import { mayHaveRun } from '../journal/memory.ts'
import { evaluatePolicy, type Verdict } from '../policy/evaluate-policy.ts'
import { askedTerms } from '../policy/terms.ts'
import { createRedactor } from '../secrets/redact.ts'
import { whyHalted } from '../team/why-halted.ts'
import { allowedBefore } from './allowed-before.ts'
import { buildOperation } from './operation.ts'
import { createQuestions } from './questions.ts'
import { settleApproval, tellResult } from './receipts.ts'

/** For whom the gate asks. `taskId` null: a script, or a session that somebody started in a terminal, named by `session`. `signal` takes its question back. */
export type Asker = {
  taskId: string | null
  session: string
  salt: string
  project: string
  projectName: string
  agent: string
  signal?: AbortSignal
}

export type Gate = {
  /** Asks the policy, and people where it says so. Resolves when it is answered; nothing may run before it says `allow`. */
  ask(asker: Asker, request: ToolRequest): Promise<GateAnswer>
  /** What the policy alone says, for those who ask people themselves. Noted before it is answered. */
  judge(asker: Asker, request: ToolRequest): Promise<Verdict['verdict']>
  /** The host's own question (a newcomer): answers with the decision that counts, or why there is none. */
  askPeople(operation: Operation, projectName: string, signal: AbortSignal): Promise<Result<Decision>>
  /** A decision from the inbox, opened but not believed. Durable when it resolves. */
  decide(approvalId: string, statement: string, inboxId: string): Promise<void>
  executed(approvalId: string, exitCode: number | null): void
  /** Whoever was to run it has gone: nobody knows whether it ran. */
  lose(approvalId: string): Promise<void>
  /** Takes back what people are asked for this task. */
  withdraw(taskId: string): Promise<void>
  /** Takes back what people are asked for scripts and for sessions in a terminal. */
  withdrawSessions(): Promise<void>
  /** Somebody lets a paused session ask again. */
  resume(session: string): Promise<void>
  /** The task's run is over: what is still open is withdrawn, what was released and never reported is nobody's knowledge. */
  finish(taskId: string): Promise<void>
  /** After a restart: truth about what was under way. */
  recover(): Promise<void>
  /** The relay will show this to nobody: it is taken back, and whoever waits is told why. */
  unasked(approvalId: string, code: ErrorCode): Promise<void>
  /** Settles what has run out of time. */
  expire(): Promise<void>
  /** What waits for a code that somebody reads at the host, with the code. */
  codes(): { approvalId: string; code: string; command: string }[]
}

/** `onOpen` is told whenever the number of open questions of a task has changed. */
export function createGate(context: HostContext, onOpen: (taskId: string, count: number) => void): Gate {
  const { memory, clock, crypto, hasher, hostId, knownSecrets } = context
  const questions = createQuestions(context, onOpen)
  /** What is asked now for scripts and for sessions in a terminal. */
  const sessions = new Set<{ ended: AbortController; done: Promise<unknown> }>()

  function askFor(asker: Asker, request: ToolRequest): Promise<GateAnswer> {
    if (asker.taskId !== null) return ask(asker, request)
    const ended = new AbortController()
    const signal = AbortSignal.any([ended.signal, ...(asker.signal ? [asker.signal] : [])])
    const done = ask({ ...asker, signal }, request)
    const session = { ended, done }
    sessions.add(session)
    return done.finally(() => sessions.delete(session))
  }

  async function ask(asker: Asker, request: ToolRequest): Promise<GateAnswer> {
    for (;;) {
      if (asker.signal?.aborted) return { answer: 'canceled' }
      const halted = whyHalted(context)
      if (halted) return refuse(asker.taskId, null, halted)
      const { salt, project } = asker
      const place = { crypto, hostId, project, salt, known: knownSecrets, hasher }
      const built = await describe(asker, request, place)
      if (!built.ok) return refuse(asker.taskId, null, built.code, built.detail)
      const { operation, digest, verdict } = built.value
      const { policyHash } = context.policy
      const noted = memory.record({
        type: 'verdict',
        taskId: asker.taskId,
        digest,
        verdict: verdict.verdict,
        rule: verdict.rule,
        tier: verdict.tier,
        policyHash,
        asked: built.value.asked,
        ...(verdict.verdict === 'ask' ? { terms: askedTerms(context.policy.policy, verdict.rule) } : {}),
      })
      if (verdict.verdict !== 'ask') {
        await noted
        return verdict.verdict === 'allow'
          ? allow(operation, null)
          : refuse(asker.taskId, digest, 'operation_denied_by_policy')
      }
      const before = operation.form ? null : await allowedBefore(context, asker, operation, digest, verdict.rule)
      if (before !== null) return { ...allow(operation, null), ...(before === 'plan' ? { planned: true } : {}) }
      const rebuild = async () => {
        const again = await describe(asker, request, place)
        return again.ok ? ok(again.value.digest) : again
      }
      const settled = await questions.put(
        {
          operation,
          digest,
          taskId: asker.taskId,
          session: asker.session,
          project: asker.projectName,
          words: request.words === undefined ? undefined : createRedactor(salt, knownSecrets).redact(request.words),
          rule: verdict.rule,
          requester: requesterOf(asker.taskId),
        },
        rebuild,
        asker.signal,
      )
      if (!settled.ok) return refuse(asker.taskId, digest, settled.code, settled.detail)
      const { id, answer } = settled.value
      if (answer.is === 'approve') {
        const { answers } = answer.decision
        return { ...allow(operation, id), ...(answers === undefined ? {} : { answers }) }
      }
      if (answer.is === 'over')
        return answer.code === null ? { answer: 'canceled' } : { answer: 'deny', code: answer.code }
      // What was shown has changed in between: it is asked again as it is now.
      if (answer.is === 'stale') continue
      const { reason } = answer.decision
      return { answer: 'deny', code: null, ...(reason === undefined ? {} : { reason }) }
    }
  }

  /** The person whose device asked for the task. */
  function requesterOf(taskId: string | null): string | null {
    const from = memory.tasks.get(taskId ?? '')?.from ?? ''
    return context.team.state()?.keys.get(from)?.rights?.person ?? null
  }

  async function describe(asker: Asker, request: ToolRequest, place: Parameters<typeof buildOperation>[1]) {
    const built = await buildOperation(request, place)
    if (!built.ok) return built
    const { agent, project } = asker
    const branch = await branchOf(project)
    const verdict = evaluatePolicy(context.policy.policy, built.value, { agent, project, branch, now: clock.now() })
    const asked = { operation: built.value, agent, project, branch }
    const operation: Operation = { ...built.value, tier: verdict.tier }
    const digest = await digestOf(crypto, operation)
    return digest.ok ? ok({ operation, verdict, asked, digest: digest.value }) : digest
  }

  function refuse(taskId: string | null, digest: string | null, code: ErrorCode, detail?: string): GateAnswer {
    void memory.record({ type: 'refused', taskId, digest, code })
    if (taskId !== null) {
      context.emit(taskId, {
        type: 'refused',
        at: clock.now(),
        code,
        ...(detail === undefined ? {} : { detail: detail.slice(0, 500) }),
      })
    }
    return { answer: 'deny', code }
  }

  async function judge(asker: Asker, request: ToolRequest): Promise<Verdict['verdict']> {
    const { taskId, salt, project } = asker
    const halted = whyHalted(context)
    if (halted) {
      refuse(taskId, null, halted)
      return 'deny'
    }
    const place = { crypto, hostId, project, salt, known: knownSecrets, hasher }
    const built = await describe(asker, request, place)
    if (!built.ok) {
      refuse(taskId, null, built.code, built.detail)
      return 'deny'
    }
    const { digest, verdict, asked } = built.value
    await memory.record({ type: 'verdict', taskId, digest, ...verdict, policyHash: context.policy.policyHash, asked })
    return verdict.verdict
  }

  return {
    ask: askFor,
    judge,
    async lose(approvalId) {
      const team = context.team.state()
      const asked = memory.approvals.get(approvalId)
      await questions.told(approvalId)
      if (team && asked && mayHaveRun(asked)) await tellResult(context, team, asked, 'indeterminate', null)
    },
    async askPeople(operation, projectName, signal) {
      if (context.team.fork()) return refused('trust_log_forked')
      const digest = await digestOf(crypto, operation)
      if (!digest.ok) return digest
      const posed = await questions.put(
        {
          operation,
          digest: digest.value,
          taskId: null,
          session: null,
          project: projectName,
          rule: null,
          requester: null,
        },
        async () => digest,
        signal,
      )
      if (!posed.ok) return posed
      const { answer } = posed.value
      if (answer.is === 'approve') return ok(answer.decision)
      return refused(answer.is === 'over' && answer.code !== null ? answer.code : 'operation_denied_by_policy')
    },
    decide: questions.decide,
    executed: questions.executed,
    withdraw: questions.withdrawTask,
    async withdrawSessions() {
      for (const { ended } of [...sessions]) ended.abort()
      await Promise.allSettled([...sessions].map(({ done }) => done))
    },
    resume: questions.resume,
    async finish(taskId) {
      const team = context.team.state()
      await questions.withdrawTask(taskId)
      for (const asked of memory.approvals.values()) {
        if (asked.taskId !== taskId || !team) continue
        await questions.told(asked.id)
        if (mayHaveRun(asked)) await tellResult(context, team, asked, 'indeterminate', null)
      }
    },
    async recover() {
      const team = context.team.state()
      if (!team) return
      for (const asked of memory.approvals.values()) {
        if (mayHaveRun(asked) && !asked.result) {
          await settleApproval(context, team, asked, 'indeterminate', [], [])
          await tellResult(context, team, asked, 'indeterminate', null)
        } else if (asked.consumed) await settleApproval(context, team, asked, 'denied', [], [])
        // Whoever the host asked for itself is gone with the pairing that needed it.
        else if (asked.taskId === null) await questions.withdraw(asked, 'canceled')
      }
    },
    async unasked(approvalId, code) {
      const asked = memory.approvals.get(approvalId)
      if (asked) await questions.withdraw(asked, 'canceled', code)
    },
    async expire() {
      const now = clock.now()
      for (const asked of memory.approvals.values()) {
        const { expiresAt, releaseBy } = asked.approval
        const decided = asked.decisions.some(({ code }) => code === null)
        if (now >= (decided ? releaseBy : expiresAt)) await questions.withdraw(asked, 'expired')
      }
    },
    codes: questions.codes,
  }
}

/** With the program that was judged and shown: whoever starts it does not look for it again. */
const allow = ({ executable }: Operation, approvalId: string | null): GateAnswer & { answer: 'allow' } => ({
  answer: 'allow',
  approvalId,
  ...(executable ? { executable: executable.path } : {}),
})
