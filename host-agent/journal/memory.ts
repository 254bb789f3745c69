import type * as z from 'zod/mini'
import type { ErrorCode } from '#protocol/errors.ts'
import { type TaskState, terminalStates } from '#protocol/records.ts'
import { Approval } from '#protocol/statements/approval.ts'
import type { Attachment } from '#protocol/statements/attachment.ts'
import type { AuditHead } from '#protocol/statements/audit-head.ts'
import type { Chosen } from '#protocol/statements/choices.ts'
import type { Answer } from '#protocol/statements/decision.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import type { Outcome } from '#protocol/statements/receipt.ts'
import type { StandingRule } from '#protocol/statements/standing-rule.ts'
import { TaskRequest } from '#protocol/statements/task.ts'
import { headerOf } from '#trust/jws.ts'
import type { WorktreeFacts } from '../worktree/worktree-facts.ts'
import type { Journal } from './journal.ts'
import type { JournalEntry, JournalLine } from './journal-entry.ts'

export type TaskMemory = {
  readonly id: string
  readonly from: string
  readonly request: TaskRequest
  readonly salt: string
  readonly startedAt: number
  state: TaskState
  /** The agent that works on it; absent: the host's first. */
  agent: string | undefined
  /** The route by which it came to its agent; null: a person chose. */
  route: string | null
  /** Model, mode and effort that people want. */
  chosen: Chosen
  session: string | null
  process: { pid: number; startedAt: string } | null
  /** What people said to it and its agent has not heard, oldest first. */
  prompts: { id: string; text: string; attachments: readonly Attachment[] }[]
  /** Whether anything of it was ever released or, if not, denied. */
  answered: 'released' | 'denied' | null
  /** The project's files at the start, as a git tree. */
  base: string | null
  /** Its own folder and branch; null: it works in the project's folder, or has not begun. */
  worktree: (WorktreeFacts & { is: 'making' | 'ready' | 'gone' }) | null
  /** What it, or the task from which it went on, changed without leave; null: nothing that was found. */
  deviated: { code: ErrorCode; files: readonly string[] } | null
  /** Keys of the task's log by epoch, and who was given them. */
  keys: { epoch: number; taskKey: string; kids: Set<string> }[]
}

export type KeptDecision = { device: string; decision: string; code: ErrorCode | null }

export type ApprovalMemory = {
  readonly id: string
  readonly taskId: string | null
  /** Whose budget of people's attention it takes from: its task, or the session that no task was asked for; null: the host itself asks. */
  readonly session: string | null
  readonly digest: string
  readonly approval: Approval
  readonly statement: string
  readonly body: string
  /** What `passed` said when it was asked. */
  readonly askedAt: number
  posted: boolean
  decisions: KeptDecision[]
  consumed: z.infer<typeof Answer> | null
  /** When it was. */
  consumedAt: number | null
  /** The devices whose decisions it was spent on; empty: it was not, or by a version that did not write them down. */
  counted: readonly string[]
  result: { outcome: 'executed' | 'indeterminate'; exitCode: number | null } | null
  settled: { outcome: z.infer<typeof Outcome>; receipt: string; body: string; posted: boolean } | null
}

/** It was released, as far as the disk knows: its decision was spent, and nothing held it back at the last moment. */
export const mayHaveRun = ({ consumed, settled }: ApprovalMemory): boolean =>
  consumed === 'approve' && settled?.outcome !== 'rejected'

/** What a person let run without asking, and how often it did; named by its approval. */
export type RuleMemory = StandingRule & {
  readonly id: string
  readonly taskId: string | null
  readonly device: string
  /** What was approved when it was made. */
  readonly from: Operation
  used: number
  revoked: boolean
}

/** What the journal says, folded. `record` changes it at once and resolves when the change is on the disk. */
export type Memory = {
  tasks: ReadonlyMap<string, TaskMemory>
  approvals: ReadonlyMap<string, ApprovalMemory>
  inputs: ReadonlySet<string>
  rules: ReadonlyMap<string, RuleMemory>
  /** Sessions that were ever paused: whether they still are, and since when it is so. */
  pauses: ReadonlyMap<string, { paused: boolean; at: number }>
  /** Nothing new may begin. */
  isLocked(): boolean
  record(entry: JournalEntry): Promise<void>
  /**
   * Milliseconds that have passed for sure since the journal began, in this life of the host and those before. A wall clock that is set back does not turn it back; time in which the machine was
   * off and its clock was set back as well is missing.
   */
  passed(): number
  /** The journal's last line on the disk. */
  head(): AuditHead | null
}

export function createMemory(journal: Journal, lines: readonly JournalLine[], now: () => number): Memory {
  const state = {
    tasks: new Map<string, TaskMemory>(),
    approvals: new Map<string, ApprovalMemory>(),
    inputs: new Set<string>(),
    rules: new Map<string, RuleMemory>(),
    pauses: new Map<string, { paused: boolean; at: number }>(),
    lock: { locked: false },
  }
  const steps = [...lines.map(({ at }) => at), now()]
  let before = 0
  for (const [n, { entry, at }] of lines.entries()) {
    apply(state, entry, at, before)
    // A step back is a clock that was set: how long it really was is not known.
    before += Math.max(0, (steps[n + 1] ?? at) - at)
  }
  const opened = performance.now()
  const passed = () => before + performance.now() - opened
  const { lock, ...seen } = state
  return {
    ...seen,
    isLocked: () => lock.locked,
    record(entry) {
      apply(state, entry, now(), passed())
      return journal.append(entry)
    },
    passed,
    head: journal.head,
  }
}

type State = {
  tasks: Map<string, TaskMemory>
  approvals: Map<string, ApprovalMemory>
  inputs: Set<string>
  rules: Map<string, RuleMemory>
  pauses: Map<string, { paused: boolean; at: number }>
  lock: { locked: boolean }
}

function apply(state: State, entry: JournalEntry, at: number, passed: number): void {
  const { tasks, approvals, inputs, rules, pauses, lock } = state
  const task = 'taskId' in entry && entry.taskId !== null ? tasks.get(entry.taskId) : undefined
  const approval = 'approvalId' in entry ? approvals.get(entry.approvalId) : undefined
  switch (entry.type) {
    case 'task': {
      const request = TaskRequest.parse(payloadOf(entry.request))
      tasks.set(entry.taskId, {
        id: entry.taskId,
        from: entry.from,
        request,
        salt: entry.salt,
        startedAt: at,
        state: 'submitted',
        agent: request.agent,
        route: request.route ?? null,
        chosen: request.choose ?? {},
        session: null,
        process: null,
        prompts: [],
        answered: null,
        base: null,
        worktree: null,
        deviated: null,
        keys: [{ epoch: 0, taskKey: request.taskKey, kids: new Set() }],
      })
      return
    }
    case 'pending':
      approvals.set(entry.approvalId, {
        id: entry.approvalId,
        taskId: entry.taskId,
        session: entry.taskId ?? entry.session ?? null,
        digest: entry.digest,
        approval: Approval.parse(payloadOf(entry.approval)),
        statement: entry.approval,
        body: entry.body,
        askedAt: passed,
        posted: false,
        decisions: [],
        consumed: null,
        consumedAt: null,
        counted: [],
        result: null,
        settled: null,
      })
      return
    case 'input':
      inputs.add(entry.inputId)
      if (entry.text !== undefined) {
        task?.prompts.push({ id: entry.inputId, text: entry.text, attachments: entry.attachments ?? [] })
      }
      return
    case 'chosen':
      if (task) task.chosen = { ...task.chosen, ...entry.chosen }
      return
    case 'rerouted':
      if (!task) return
      task.route = entry.route
      task.agent = entry.agent
      task.chosen = entry.model === undefined ? {} : { model: entry.model }
      // Of the agent before: nothing was changed, and the next may work in another folder.
      task.session = task.base = null
      return
    case 'heard':
      if (task) task.prompts = task.prompts.filter(({ id }) => id !== entry.inputId)
      return
    case 'state':
      if (task && !terminalStates.has(task.state)) task.state = entry.state
      return
    case 'process':
      if (task) task.process = { pid: entry.pid, startedAt: entry.startedAt }
      return
    case 'session':
      if (task) task.session = entry.session
      return
    case 'base':
      if (task) task.base = entry.tree
      return
    case 'worktree': {
      const { is, top, root, project, branch, base } = entry
      if (task) task.worktree = { is, top, root, project, branch, base }
      return
    }
    case 'deviated':
      if (task) task.deviated = { code: entry.code as ErrorCode, files: entry.files }
      return
    case 'task-key':
      task?.keys.push({ epoch: entry.epoch, taskKey: entry.taskKey, kids: new Set() })
      return
    case 'grants':
      for (const kid of entry.kids) task?.keys.find(({ epoch }) => epoch === entry.epoch)?.kids.add(kid)
      return
    case 'decision': {
      const { decision } = entry
      const code = entry.code as ErrorCode | null
      const known = approval?.decisions.find((each) => each.decision === decision)
      if (known) known.code = code
      // Older journals hold the device that the relay named: who signed is in the statement.
      else approval?.decisions.push({ device: signerOf(decision) ?? entry.device, decision, code })
      return
    }
    case 'consume':
      if (!approval) return
      approval.consumed = entry.answer
      approval.consumedAt = at
      approval.counted = entry.counted ?? []
      answer(tasks.get(approval.taskId ?? ''), entry.answer === 'approve')
      return
    case 'result':
      if (approval) approval.result = { outcome: entry.outcome, exitCode: entry.exitCode }
      return
    case 'settled':
      if (approval)
        approval.settled = { outcome: entry.outcome, receipt: entry.receipt, body: entry.body, posted: false }
      return
    case 'posted':
      if (approval && entry.what === 'approval') approval.posted = true
      if (approval?.settled && entry.what === 'receipt') approval.settled.posted = true
      return
    case 'verdict': {
      const standing = rules.get(entry.standing ?? '')
      if (standing) standing.used += 1
      if (entry.verdict !== 'ask') answer(task, entry.verdict === 'allow')
      return
    }
    case 'rule':
      if (!approval) return
      rules.set(approval.id, {
        ...entry.rule,
        id: approval.id,
        taskId: entry.taskId,
        device: entry.device,
        from: approval.approval.operation,
        used: 0,
        revoked: false,
      })
      return
    case 'locked':
      lock.locked = entry.locked
      return
    case 'paused':
    case 'resumed':
      pauses.set(entry.taskId ?? entry.session ?? '', { paused: entry.type === 'paused', at })
      return
    case 'rule-revoked': {
      const rule = rules.get(entry.approvalId)
      if (rule) rule.revoked = true
      return
    }
    case 'violation':
    case 'usage':
    case 'trust':
    case 'unpaired':
    case 'opened':
    case 'refused':
      return
    default:
      entry satisfies never
  }
}

function answer(task: TaskMemory | undefined, released: boolean): void {
  if (task && task.answered !== 'released') task.answered = released ? 'released' : 'denied'
}

/** The payload of one of the journal's statements. Its signature was checked before it came in; the chain keeps it since. */
const payloadOf = (statement: string): unknown =>
  JSON.parse(Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString('utf8'))

function signerOf(statement: string): string | null {
  const header = headerOf(statement)
  return header.ok ? header.value.kid : null
}
