import * as z from 'zod/mini'
import { Millis, text } from './encoding.ts'
import { Envelope, Grant, LaterPush, PushParts } from './envelope.ts'
import { ApprovalId, BlobId, DecisionId, HostId, InboxId, InputId, RendezvousId, TaskId, TeamId } from './ids.ts'
import { limits } from './limits.ts'
import { ApprovalView, DeviceView, HostView, InboxItem, PushSubscription, StoredBatch, TaskView } from './records.ts'
import { CardJws, RendezvousSlot } from './statements/pairing.ts'
import { LeaseJws, TrustEntryJws } from './statements/trust-entry.ts'

/**
 * Who may call: open (anybody), self (any key that proves itself and sends its JWK), device or host (a key of the team in that role), member (either).
 */
export type Guard = 'open' | 'self' | 'device' | 'host' | 'member'

const page = { after: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,80}$/))) }
const none = z.strictObject({})
const done = z.object({})

/** Every HTTP route: path parameters, query, body and answer. `body: null` means the route takes none. All under `/v1`. */
export const httpRoutes = {
  'relay.read': {
    method: 'GET',
    path: '/v1/relay',
    guard: 'open',
    params: none,
    query: none,
    body: null,
    answer: z.object({
      protocol: z.int(),
      time: Millis,
      socketUrl: text(300),
      vapidPublicKey: text(120),
      claimed: z.boolean(),
    }),
  },

  'rendezvous.offer': {
    method: 'POST',
    path: '/v1/rendezvous',
    guard: 'self',
    params: none,
    query: none,
    body: z.strictObject({ id: RendezvousId, card: CardJws, expiresAt: Millis }),
    answer: done,
  },
  'rendezvous.read': {
    method: 'GET',
    path: '/v1/rendezvous/{id}',
    guard: 'open',
    params: z.strictObject({ id: RendezvousId }),
    query: none,
    body: null,
    answer: z.object({
      card: CardJws,
      expiresAt: Millis,
      messages: z.array(z.object({ slot: RendezvousSlot, content: text(limits.envelopeChars) })),
    }),
  },
  'rendezvous.answer': {
    method: 'POST',
    path: '/v1/rendezvous/{id}/messages',
    guard: 'open',
    params: z.strictObject({ id: RendezvousId }),
    query: none,
    body: z.strictObject({ slot: RendezvousSlot, content: text(limits.envelopeChars) }),
    answer: done,
  },

  'team.found': {
    method: 'POST',
    path: '/v1/teams',
    guard: 'self',
    params: none,
    query: none,
    body: z.strictObject({ claim: text(100), entries: z.array(TrustEntryJws).check(z.length(2)) }),
    answer: z.object({ teamId: TeamId }),
  },
  'trust.read': {
    method: 'GET',
    path: '/v1/trust',
    guard: 'member',
    params: none,
    query: z.strictObject({ from: z.optional(z.string().check(z.regex(/^\d{1,5}$/))) }),
    body: null,
    answer: z.object({ from: z.int(), entries: z.array(TrustEntryJws), more: z.boolean() }),
  },
  'trust.append': {
    method: 'POST',
    path: '/v1/trust',
    guard: 'member',
    params: none,
    query: none,
    body: z.strictObject({ entry: TrustEntryJws }),
    answer: z.object({ n: z.int() }),
  },
  'trust.choose': {
    method: 'POST',
    path: '/v1/trust/branch',
    guard: 'member',
    params: none,
    query: none,
    body: z.strictObject({
      from: z.int().check(z.positive()),
      entries: z.array(TrustEntryJws).check(z.minLength(1), z.maxLength(limits.branchEntries)),
    }),
    answer: z.object({ n: z.int() }),
  },

  'leases.read': {
    method: 'GET',
    path: '/v1/leases',
    guard: 'member',
    params: none,
    query: none,
    body: null,
    answer: z.object({ leases: z.array(LeaseJws) }),
  },
  'leases.write': {
    method: 'PUT',
    path: '/v1/leases',
    guard: 'device',
    params: none,
    query: none,
    body: z.strictObject({ leases: z.array(LeaseJws).check(z.minLength(1), z.maxLength(limits.keysPerTeam)) }),
    answer: done,
  },

  'hosts.list': {
    method: 'GET',
    path: '/v1/hosts',
    guard: 'device',
    params: none,
    query: none,
    body: null,
    answer: z.object({ hosts: z.array(HostView) }),
  },
  'devices.list': {
    method: 'GET',
    path: '/v1/devices',
    guard: 'member',
    params: none,
    query: none,
    body: null,
    answer: z.object({ devices: z.array(DeviceView) }),
  },
  'status.write': {
    method: 'PUT',
    path: '/v1/status',
    guard: 'host',
    params: none,
    query: none,
    body: z.strictObject({ sealed: Envelope }),
    answer: done,
  },
  'host.input': {
    method: 'POST',
    path: '/v1/hosts/{hostId}/inputs',
    guard: 'device',
    params: z.strictObject({ hostId: HostId }),
    query: none,
    body: z.strictObject({ id: InputId, sealed: Envelope }),
    answer: done,
  },

  'task.submit': {
    method: 'POST',
    path: '/v1/tasks',
    guard: 'device',
    params: none,
    query: none,
    body: z.strictObject({ id: TaskId, hostId: HostId, sealed: Envelope }),
    answer: TaskView,
  },
  'tasks.list': {
    method: 'GET',
    path: '/v1/tasks',
    guard: 'member',
    params: none,
    query: z.strictObject(page),
    body: null,
    answer: z.object({ tasks: z.array(TaskView), next: z.nullable(text(80)) }),
  },
  'task.read': {
    method: 'GET',
    path: '/v1/tasks/{id}',
    guard: 'member',
    params: z.strictObject({ id: TaskId }),
    query: none,
    body: null,
    answer: TaskView,
  },
  'task.events': {
    method: 'GET',
    path: '/v1/tasks/{id}/events',
    guard: 'member',
    params: z.strictObject({ id: TaskId }),
    query: z.strictObject({ after: z.optional(z.string().check(z.regex(/^\d{1,9}$/))) }),
    body: null,
    answer: z.object({ batches: z.array(StoredBatch), more: z.boolean() }),
  },
  'task.input': {
    method: 'POST',
    path: '/v1/tasks/{id}/inputs',
    guard: 'device',
    params: z.strictObject({ id: TaskId }),
    query: none,
    body: z.strictObject({ id: InputId, sealed: Envelope }),
    answer: done,
  },
  'task.grant': {
    method: 'PUT',
    path: '/v1/tasks/{id}/grants',
    guard: 'host',
    params: z.strictObject({ id: TaskId }),
    query: none,
    body: z.strictObject({ grants: z.array(Grant).check(z.minLength(1), z.maxLength(limits.keysPerTeam)) }),
    answer: done,
  },

  'approval.request': {
    method: 'POST',
    path: '/v1/approvals',
    guard: 'host',
    params: none,
    query: none,
    body: z.strictObject({
      id: ApprovalId,
      taskId: z.nullable(TaskId),
      expiresAt: Millis,
      sealed: Envelope,
      push: z.nullable(PushParts),
      /** Devices that are pushed to only from then on (escalation), or once more (a reminder), while the approval is open. In the clear: ids and times are what the relay sees. */
      later: z.optional(z.array(LaterPush).check(z.maxLength(6))),
      /** The host's present connection: the decision is told there first, which saves a read. */
      connectionId: z.nullable(text(128)),
    }),
    answer: done,
  },
  'approvals.list': {
    method: 'GET',
    path: '/v1/approvals',
    guard: 'member',
    params: none,
    query: z.strictObject(page),
    body: null,
    answer: z.object({ approvals: z.array(ApprovalView), next: z.nullable(text(80)) }),
  },
  'approval.read': {
    method: 'GET',
    path: '/v1/approvals/{id}',
    guard: 'member',
    params: z.strictObject({ id: ApprovalId }),
    query: none,
    body: null,
    answer: ApprovalView,
  },
  'approval.decide': {
    method: 'POST',
    path: '/v1/approvals/{id}/decisions',
    guard: 'device',
    params: z.strictObject({ id: ApprovalId }),
    query: none,
    /** `tell`: the team's connected devices are told at once, as more than one person has to answer; else the receipt is what they hear. */
    body: z.strictObject({ id: DecisionId, sealed: Envelope, tell: z.optional(z.boolean()) }),
    answer: done,
  },
  'approval.settle': {
    method: 'POST',
    path: '/v1/approvals/{id}/receipt',
    guard: 'host',
    params: z.strictObject({ id: ApprovalId }),
    query: none,
    body: z.strictObject({
      sealed: Envelope,
      push: z.nullable(PushParts),
      /** Inbox items answered by this receipt. */ ack: z.array(InboxId).check(z.maxLength(25)),
    }),
    answer: done,
  },

  'inbox.read': {
    method: 'GET',
    path: '/v1/inbox',
    guard: 'host',
    params: none,
    query: z.strictObject(page),
    body: null,
    answer: z.object({ items: z.array(InboxItem), more: z.boolean() }),
  },

  'subscription.write': {
    method: 'PUT',
    path: '/v1/subscription',
    guard: 'device',
    params: none,
    query: none,
    body: z.strictObject({ subscription: PushSubscription }),
    answer: done,
  },
  'subscription.delete': {
    method: 'DELETE',
    path: '/v1/subscription',
    guard: 'device',
    params: none,
    query: none,
    body: null,
    answer: done,
  },
  'subscription.check': {
    method: 'POST',
    path: '/v1/subscription/checks',
    guard: 'device',
    params: none,
    query: none,
    body: z.strictObject({ push: PushParts }),
    answer: done,
  },

  'notice.push': {
    method: 'POST',
    path: '/v1/notices',
    guard: 'host',
    params: none,
    query: none,
    body: z.strictObject({ push: PushParts }),
    answer: done,
  },

  'blob.write': {
    method: 'POST',
    path: '/v1/blobs',
    guard: 'member',
    params: none,
    query: none,
    body: z.strictObject({ id: BlobId, bytes: z.int().check(z.positive(), z.maximum(limits.blobBytes)) }),
    answer: z.object({ url: z.nullable(text(2_000)) }),
  },
  'blob.read': {
    method: 'GET',
    path: '/v1/blobs/{id}',
    guard: 'member',
    params: z.strictObject({ id: BlobId }),
    query: none,
    body: null,
    answer: z.object({ url: text(2_000) }),
  },
} as const satisfies Record<string, HttpRoute>

export type HttpRoute = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: `/v1/${string}`
  guard: Guard
  params: z.ZodMiniType
  query: z.ZodMiniType
  body: z.ZodMiniType | null
  answer: z.ZodMiniType
}
export type HttpRouteName = keyof typeof httpRoutes
type Of<N extends HttpRouteName> = (typeof httpRoutes)[N]
export type ParamsOf<N extends HttpRouteName> = z.infer<Of<N>['params']>
export type QueryOf<N extends HttpRouteName> = z.infer<Of<N>['query']>
export type BodyOf<N extends HttpRouteName> = Of<N>['body'] extends z.ZodMiniType ? z.infer<Of<N>['body']> : null
export type AnswerOf<N extends HttpRouteName> = z.infer<Of<N>['answer']>
