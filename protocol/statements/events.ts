import * as z from 'zod/mini'
import { base64url, Hash, Millis, text } from '../encoding.ts'
import { ApprovalId, BlobId, TaskId, TeamId } from '../ids.ts'
import { limits } from '../limits.ts'
import { TaskState } from '../records.ts'
import { Approval } from './approval.ts'
import { Chosen } from './choices.ts'
import { CountedDecision, Outcome } from './receipt.ts'

const at = Millis
const key = text(128)

/** Content in the blob store: the SHA-256 of the ciphertext is in its id, the key that opens it is here. */
export const BlobRef = z.strictObject({
  id: BlobId,
  bytes: z.int().check(z.nonnegative(), z.maximum(limits.blobBytes)),
  sha256: Hash,
  key: base64url(44),
})
export type BlobRef = z.infer<typeof BlobRef>

export const ChangedFile = z.strictObject({
  path: text(4_096),
  change: z.enum(['add', 'modify', 'delete', 'move']),
  from: z.optional(text(4_096)),
  added: z.int(),
  removed: z.int(),
  binary: z.optional(z.boolean()),
})

/** What one turn took. `input` holds all tokens that were read, `cached` those of them that came from a cache; `cost.micros`: millionths; `ms`: from the prompt to the turn's end. */
export const Spent = z.strictObject({
  agent: text(80),
  model: z.optional(text(200)),
  input: z.int().check(z.nonnegative()),
  output: z.int().check(z.nonnegative()),
  cached: z.optional(z.int().check(z.nonnegative())),
  cost: z.optional(z.strictObject({ micros: z.int().check(z.nonnegative()), currency: text(3) })),
  ms: z.int().check(z.nonnegative()),
})
export type Spent = z.infer<typeof Spent>

/** A fact in a task's log. Same key upserts for `tool`; `plan`, `diff` and `tests` replace the one before; `message` and `output` append, `usage` adds up. */
export const TaskEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('state'),
    at,
    state: TaskState,
    code: z.optional(text(60)),
    detail: z.optional(text(2_000)),
  }),
  z.strictObject({
    type: z.literal('title'),
    at,
    text: text(8_000),
    project: text(4_096),
    agent: text(80),
    protection: z.enum(['isolated', 'unprotected']),
    /** What its agent's session runs with, as the agent says. Told again with every change; absent: not known yet. */
    chosen: z.optional(Chosen),
  }),
  z.strictObject({ type: z.literal('message'), at, role: z.enum(['person', 'agent', 'thought']), text: text(12_000) }),
  z.strictObject({
    type: z.literal('plan'),
    at,
    entries: z
      .array(z.strictObject({ content: text(1_000), status: z.enum(['pending', 'in_progress', 'completed']) }))
      .check(z.maxLength(100)),
  }),
  z.strictObject({
    type: z.literal('tool'),
    at,
    key,
    title: text(2_000),
    kind: text(40),
    status: z.enum(['pending', 'running', 'completed', 'failed', 'canceled']),
    paths: z.optional(z.array(text(4_096)).check(z.maxLength(50))),
    detail: z.optional(text(8_000)),
  }),
  z.strictObject({
    type: z.literal('output'),
    at,
    key,
    stream: z.enum(['stdout', 'stderr', 'both']),
    text: text(12_000),
  }),
  z.strictObject({
    type: z.literal('approval'),
    at,
    approval: ApprovalId,
    state: z.enum(['pending', 'approved', 'denied', 'expired', 'canceled']),
    request: z.optional(Approval),
    /** Who has answered, and with what reason: while more have to approve, and once it is settled. */
    decisions: z.optional(z.array(CountedDecision).check(z.maxLength(10))),
  }),
  z.strictObject({
    type: z.literal('refused'),
    at,
    approval: z.optional(ApprovalId),
    code: text(60),
    detail: z.optional(text(500)),
  }),
  z.strictObject({ type: z.literal('receipt'), at, approval: ApprovalId, outcome: Outcome, receipt: text(8_000) }),
  z.strictObject({
    type: z.literal('diff'),
    at,
    files: z.array(ChangedFile).check(z.maxLength(300)),
    /** Files changed in all, also those beyond the list. */
    total: z.int(),
    patch: z.optional(text(12_000)),
    blob: z.optional(BlobRef),
  }),
  z.strictObject({
    type: z.literal('tests'),
    at,
    passed: z.int(),
    failed: z.int(),
    skipped: z.int(),
    /** Not all of `failed` may be here. */
    failures: z
      .array(z.strictObject({ name: text(500), message: text(2_000), place: z.optional(text(500)) }))
      .check(z.maxLength(20)),
    durationMs: z.optional(z.int().check(z.nonnegative())),
    /** Who ran them: `host` by the project's own command, after the agent's end. Absent: the agent, so the report is its word. */
    by: z.optional(z.enum(['agent', 'host'])),
    /** Against the task's run before; absent: there was none. */
    newlyFailing: z.optional(z.array(text(500)).check(z.maxLength(20))),
    newlyPassing: z.optional(z.array(text(500)).check(z.maxLength(20))),
  }),
  z.strictObject({
    type: z.literal('artifact'),
    at,
    kind: z.enum(['image', 'log', 'file']),
    name: text(255),
    mime: text(100),
    blob: BlobRef,
  }),
  z.strictObject({ type: z.literal('usage'), at, ...Spent.shape }),
  z.strictObject({ type: z.literal('notice'), at, code: text(60), text: text(2_000) }),
])
export type TaskEvent = z.infer<typeof TaskEvent>

/** One numbered batch: `countersign.events`, signed by the host, under the task's key. */
export const EventBatch = z.strictObject({
  v: z.literal(1),
  aud: TeamId,
  task: TaskId,
  seq: z.int().check(z.positive()),
  events: z.array(TaskEvent).check(z.minLength(1), z.maxLength(200)),
})
export type EventBatch = z.infer<typeof EventBatch>

/** The same batch as a reader takes it: a newer host may say what this program does not know, and the rest is still to be read. Nothing is allowed or denied by an event. */
export const ReadBatch = z.strictObject({
  ...EventBatch.shape,
  events: z.array(z.unknown()).check(z.minLength(1), z.maxLength(200)),
})
