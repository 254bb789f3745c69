import * as z from 'zod/mini'
import { jws, Millis, text } from './encoding.ts'
import { SealedBatch } from './envelope.ts'
import { FrameId, HostId, InboxId, Kid, TaskId } from './ids.ts'
import { limits } from './limits.ts'
import { ApprovalView, HostView, InboxItem, SealedDecision, StoredBatch, TaskHead, TaskState } from './records.ts'

/** Frames from a device or host to the relay. `id` is the sender's; the answer carries it as `re`. Unknown fields are refused. */
export const FrameUp = z.discriminatedUnion('type', [
  /** Answered by the gateway itself (MOCK integration): costs no invocation. */
  z.strictObject({ type: z.literal('ping') }),
  /** First frame on a connection: makes it the one that is told; the host gets its inbox with the answer. */
  z.strictObject({ type: z.literal('connection.sync'), id: FrameId }),
  z.strictObject({
    type: z.literal('inbox.ack'),
    id: FrameId,
    items: z.array(InboxId).check(z.minLength(1), z.maxLength(25)),
  }),
  /** Host only. A repeat with identical bytes is a no-op with the same answer. */
  z.strictObject({ type: z.literal('task.append'), id: FrameId, batch: SealedBatch, state: z.optional(TaskState) }),
  /** Device only: be told of this task's batches from now on. */
  z.strictObject({ type: z.literal('task.watch'), id: FrameId, taskId: TaskId }),
  z.strictObject({ type: z.literal('task.unwatch'), id: FrameId, taskId: TaskId }),
])
export type FrameUp = z.infer<typeof FrameUp>

/** Frames from the relay. Each only says early what a row says; unknown types and fields are ignored by receivers. */
export const FrameDown = z.discriminatedUnion('type', [
  z.object({ type: z.literal('pong') }),
  z.object({ type: z.literal('ok'), re: FrameId }),
  z.object({ type: z.literal('refused'), re: z.optional(FrameId), code: text(60), title: text(300) }),
  z.object({
    type: z.literal('connection.synced'),
    re: FrameId,
    connectionId: text(128),
    time: Millis,
    inbox: z.array(InboxItem),
    more: z.boolean(),
  }),
  z.object({ type: z.literal('inbox.added'), item: InboxItem }),
  /** The item did not fit a frame, or was told before and not acknowledged: read the inbox. */
  z.object({ type: z.literal('inbox.waiting') }),
  z.object({ type: z.literal('task.appended'), taskId: TaskId, batch: StoredBatch }),
  z.object({ type: z.literal('task.changed'), head: TaskHead }),
  z.object({ type: z.literal('approval.requested'), approval: ApprovalView }),
  z.object({ type: z.literal('approval.decided'), approvalId: ApprovalView.shape.id, decision: SealedDecision }),
  z.object({
    type: z.literal('approval.settled'),
    approvalId: ApprovalView.shape.id,
    state: ApprovalView.shape.state,
    receipt: ApprovalView.shape.receipt,
  }),
  z.object({ type: z.literal('trust.appended'), n: z.int(), entry: jws(limits.trustEntryChars) }),
  z.object({ type: z.literal('host.changed'), host: HostView }),
])
export type FrameDown = z.infer<typeof FrameDown>

/** Who is behind a connection, as the authorizer says it: strings only, API Gateway's rule. */
export const Caller = z.object({
  teamId: text(60),
  kid: Kid,
  role: z.enum(['device', 'host']),
  hostId: z.optional(HostId),
})
export type Caller = z.infer<typeof Caller>
