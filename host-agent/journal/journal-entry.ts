import * as z from 'zod/mini'
import { Hash, jws, Millis, text } from '#protocol/encoding.ts'
import { isErrorCode } from '#protocol/errors.ts'
import { ApprovalId, InputId, Kid, SessionId, TaskId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { TaskState } from '#protocol/records.ts'
import { Attachments } from '#protocol/statements/attachment.ts'
import { Chosen } from '#protocol/statements/choices.ts'
import { Answer } from '#protocol/statements/decision.ts'
import { Spent } from '#protocol/statements/events.ts'
import { Operation } from '#protocol/statements/operation.ts'
import { Outcome } from '#protocol/statements/receipt.ts'
import { StandingRule } from '#protocol/statements/standing-rule.ts'
import { Tier } from '#protocol/statements/trust-entry.ts'
import { AskedTerms } from '../policy/terms.ts'

const Code = z.string().check(z.refine(isErrorCode))
const statement = jws(limits.bodyBytes)
/** A relay request's body as JSON text: sent again with identical bytes until the relay has it. */
const body = text(limits.bodyBytes * 2)

/** Everything the host must know again after a crash, and everything an auditor asks for. Written before it takes effect. */
export const JournalEntry = z.discriminatedUnion('type', [
  /** `origin`: where the app is served, by which passkeys are judged; absent in journals of before. */
  z.strictObject({ type: z.literal('opened'), version: text(40), torn: z.int(), origin: z.optional(text(300)) }),
  /** `salt` commits to redacted secrets: the same for all of a task, so that the same operation has the same digest. */
  z.strictObject({ type: z.literal('task'), taskId: TaskId, from: Kid, request: statement, salt: Hash }),
  /** `text`: the words of a prompt, until the agent has `heard` them. Absent: another kind of input, or one from before they were kept. */
  z.strictObject({
    type: z.literal('input'),
    inputId: InputId,
    taskId: z.nullable(TaskId),
    text: z.optional(text(limits.taskTextChars)),
    attachments: z.optional(Attachments),
  }),
  /** A device chose model, mode or effort of a running session anew. */
  z.strictObject({ type: z.literal('chosen'), taskId: TaskId, chosen: Chosen }),
  /** Its agent failed before it did anything: another begins anew, by the next route that fits. */
  z.strictObject({
    type: z.literal('rerouted'),
    taskId: TaskId,
    route: text(60),
    agent: text(80),
    model: z.optional(text(200)),
  }),
  /** The turn in which the agent was told a prompt has ended. */
  z.strictObject({ type: z.literal('heard'), taskId: TaskId, inputId: InputId }),
  z.strictObject({ type: z.literal('state'), taskId: TaskId, state: TaskState, code: z.optional(Code) }),
  /** A process group that must not outlive the host agent: `startedAt` in clock ticks since boot tells it from a later one. */
  z.strictObject({ type: z.literal('process'), taskId: TaskId, pid: z.int(), startedAt: text(24) }),
  z.strictObject({ type: z.literal('session'), taskId: TaskId, session: text(500) }),
  z.strictObject({ type: z.literal('base'), taskId: TaskId, tree: text(64) }),
  /** A task's own folder and branch. Written as `making` before git makes it, so that nothing of it is left unknown by a crash. */
  z.strictObject({
    type: z.literal('worktree'),
    taskId: TaskId,
    is: z.enum(['making', 'ready', 'gone']),
    top: text(4_096),
    root: text(4_096),
    project: text(4_096),
    branch: text(200),
    base: text(64),
  }),
  /** The task changed files without leave, which its worktree still holds. At the end, or from the task that it goes on from. */
  z.strictObject({ type: z.literal('deviated'), taskId: TaskId, code: Code, files: z.array(text(4_096)) }),
  z.strictObject({ type: z.literal('grants'), taskId: TaskId, epoch: z.int(), kids: z.array(Kid) }),
  z.strictObject({ type: z.literal('task-key'), taskId: TaskId, epoch: z.int(), taskKey: Hash }),
  /** What the policy answered; `asked` is what it was asked about, so that another policy can be asked the same; `rule` counts from 1, null means that none matched. */
  z.strictObject({
    type: z.literal('verdict'),
    /** Null: a session that somebody started in a terminal. */
    taskId: z.nullable(TaskId),
    digest: Hash,
    verdict: z.enum(['allow', 'ask', 'deny']),
    rule: z.nullable(z.int()),
    tier: Tier,
    policyHash: Hash,
    asked: z.optional(
      z.strictObject({ operation: Operation, agent: text(200), project: text(4_096), branch: z.nullable(text(300)) }),
    ),
    /** On what terms people are asked; only where they are. */
    terms: z.optional(AskedTerms),
    /** The approved plan or the standing rule that answered, by its approval; absent: a rule of the policy file. */
    standing: z.optional(ApprovalId),
  }),
  /** A person let more of the same run: named by the approval of which it was made. `taskId` null: in any task. */
  z.strictObject({
    type: z.literal('rule'),
    approvalId: ApprovalId,
    taskId: z.nullable(TaskId),
    device: Kid,
    rule: StandingRule,
  }),
  /** Everything was stopped, or may begin again; `by`: the device that asked, null: somebody at the host. */
  z.strictObject({ type: z.literal('locked'), locked: z.boolean(), by: z.nullable(Kid) }),
  /** The session asks nothing more until somebody resumes it. */
  z.strictObject({ type: z.literal('paused'), taskId: z.nullable(TaskId), session: z.optional(SessionId) }),
  z.strictObject({ type: z.literal('resumed'), taskId: z.nullable(TaskId), session: z.optional(SessionId) }),
  z.strictObject({ type: z.literal('rule-revoked'), approvalId: ApprovalId }),
  z.strictObject({ type: z.literal('refused'), taskId: z.nullable(TaskId), digest: z.nullable(Hash), code: Code }),
  z.strictObject({
    type: z.literal('pending'),
    approvalId: ApprovalId,
    taskId: z.nullable(TaskId),
    /** The session that asks, where no task was asked for; absent: the host itself asks, or a version that did not write it down. */
    session: z.optional(SessionId),
    digest: Hash,
    approval: statement,
    body,
  }),
  /** A decision that arrived, by the device that signed it: `code` names why it was not accepted, null means that it counts or was not judged yet. */
  z.strictObject({
    type: z.literal('decision'),
    approvalId: ApprovalId,
    device: Kid,
    decision: statement,
    code: z.nullable(Code),
  }),
  /** The last word before an operation is handed to the agent: whoever finds it without a `result` must not run it again. */
  z.strictObject({
    type: z.literal('consume'),
    approvalId: ApprovalId,
    digest: Hash,
    answer: Answer,
    /** The devices whose decisions it is spent on; absent in journals of before. */
    counted: z.optional(z.array(Kid)),
  }),
  z.strictObject({
    type: z.literal('result'),
    approvalId: ApprovalId,
    outcome: z.enum(['executed', 'indeterminate']),
    exitCode: z.nullable(z.int()),
  }),
  z.strictObject({ type: z.literal('settled'), approvalId: ApprovalId, outcome: Outcome, receipt: statement, body }),
  /** The sandbox kept something from a task's programs, or found what they planted. */
  z.strictObject({ type: z.literal('violation'), taskId: TaskId, code: Code, detail: text(500) }),
  /** What a turn took. The sums are read from the usage log; here they can't be changed unseen. */
  z.strictObject({ type: z.literal('usage'), taskId: TaskId, ...Spent.shape }),
  /** The trust log as this host has taken it in: its last entry, which chains all before it. */
  z.strictObject({
    type: z.literal('trust'),
    n: z.int().check(z.nonnegative()),
    hash: Hash,
    /** A person at the host has confirmed which of two branches counts: that of the choice of this owner's device. What was taken in of the other from `fork` on counts no more. */
    settled: z.optional(z.strictObject({ fork: z.int().check(z.positive()), by: Kid })),
  }),
  /** Somebody at the host unpaired a device, or took that back. */
  z.strictObject({ type: z.literal('unpaired'), kid: Kid, undo: z.boolean() }),
  z.strictObject({ type: z.literal('posted'), approvalId: ApprovalId, what: z.enum(['approval', 'receipt']) }),
])
export type JournalEntry = z.infer<typeof JournalEntry>

/** One line: number, hash of the line before (null for the first), time, and the entry. */
export const JournalLine = z.strictObject({
  n: z.int().check(z.nonnegative()),
  prev: z.nullable(Hash),
  at: Millis,
  entry: JournalEntry,
})
export type JournalLine = z.infer<typeof JournalLine>
