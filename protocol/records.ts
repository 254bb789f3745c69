import * as z from 'zod/mini'
import { jws, Millis, text } from './encoding.ts'
import { Envelope, Grant, SealedBatch } from './envelope.ts'
import { ApprovalId, DecisionId, HostId, InboxId, InputId, Kid, TaskId } from './ids.ts'
import { limits } from './limits.ts'

export const TaskState = z.enum([
  'submitted',
  'working',
  'input-required',
  'completed',
  'failed',
  'canceled',
  'rejected',
])
export type TaskState = z.infer<typeof TaskState>
export const terminalStates: ReadonlySet<TaskState> = new Set<TaskState>([
  'completed',
  'failed',
  'canceled',
  'rejected',
])

/** A task as the relay sees it. `lastSeq` is the highest contiguous batch known when the head was written. */
export const TaskHead = z.object({
  id: TaskId,
  hostId: HostId,
  from: Kid,
  state: TaskState,
  createdAt: Millis,
  updatedAt: Millis,
})
export type TaskHead = z.infer<typeof TaskHead>

export const TaskView = z.object({ head: TaskHead, grants: z.array(Grant) })
export type TaskView = z.infer<typeof TaskView>

export const ApprovalState = z.enum(['open', 'settled', 'expired'])
export type ApprovalState = z.infer<typeof ApprovalState>

export const SealedDecision = z.object({ id: DecisionId, device: Kid, at: Millis, sealed: Envelope })
export type SealedDecision = z.infer<typeof SealedDecision>

/** An approval as the relay keeps it: it can read none of it but ids and times. */
export const ApprovalView = z.object({
  id: ApprovalId,
  hostId: HostId,
  taskId: z.nullable(TaskId),
  state: ApprovalState,
  createdAt: Millis,
  expiresAt: Millis,
  sealed: Envelope,
  decisions: z.array(SealedDecision),
  receipt: z.nullable(Envelope),
})
export type ApprovalView = z.infer<typeof ApprovalView>

/** What a host must still act on. `key` orders; acknowledged by id. */
export const InboxItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('task'), id: InboxId, taskId: TaskId, from: Kid, sealed: Envelope, at: Millis }),
  z.object({
    kind: z.literal('input'),
    id: InboxId,
    inputId: InputId,
    taskId: z.nullable(TaskId),
    from: Kid,
    sealed: Envelope,
    at: Millis,
  }),
  z.object({ kind: z.literal('decision'), id: InboxId, approvalId: ApprovalId, decision: SealedDecision, at: Millis }),
  z.object({ kind: z.literal('trust'), id: InboxId, n: z.int(), entry: jws(limits.trustEntryChars), at: Millis }),
])
export type InboxItem = z.infer<typeof InboxItem>

export const StoredBatch = z.object({ seq: z.int(), sealed: SealedBatch, state: z.optional(TaskState) })
export type StoredBatch = z.infer<typeof StoredBatch>

/** `online` is the gateway's word at the moment of asking; `lastSeenAt` null means never connected. */
export const HostView = z.object({
  hostId: HostId,
  online: z.boolean(),
  lastSeenAt: z.nullable(Millis),
  status: z.nullable(Envelope),
})
export type HostView = z.infer<typeof HostView>

/** A device as the relay sees it: whether it is connected at the moment of asking, and whether it has a push address. `lastSeenAt` null: it never connected. */
export const DeviceView = z.object({
  kid: Kid,
  online: z.boolean(),
  lastSeenAt: z.nullable(Millis),
  hasPush: z.boolean(),
})
export type DeviceView = z.infer<typeof DeviceView>

/** RFC 8030 push address with the keys of RFC 8291. */
export const PushSubscription = z.strictObject({
  endpoint: text(1_000),
  keys: z.strictObject({ p256dh: text(120), auth: text(40) }),
})
export type PushSubscription = z.infer<typeof PushSubscription>
