import type { Envelope, LaterPush, PushParts } from '#protocol/envelope.ts'
import type { ApprovalState, ApprovalView, InboxItem, SealedDecision } from '#protocol/records.ts'

export type NewApproval = {
  id: string
  hostId: string
  taskId: string | null
  createdAt: number
  expiresAt: number
  sealed: Envelope
  push: PushParts | null
  /** Who is pushed to only later, or once more then; empty: everybody at once, and once. */
  later: readonly LaterPush[]
  /** The host's connection at the time: told first, only a hint. */
  connectionId: string | null
  contentHash: string
}

/** The approval as a whole. `settledState` null: still open as far as rows say; by the clock it may have expired. */
export type ApprovalRow = Omit<ApprovalView, 'state'> & {
  settledState: Exclude<ApprovalState, 'open'> | null
  contentHash: string
  push: PushParts | null
  receiptHash: string | null
}

/** An open approval: the small item that changes. */
export type OpenApproval = {
  id: string
  hostId: string
  connectionId: string | null
  expiresAt: number
  retry: PushRetry | null
  /** Who is still to be pushed to, or once more, and when; earliest first. */
  later: readonly LaterPush[]
}

/** Devices whose push service did not take a push, and how often it was tried. */
export type PushRetry = { kids: string[]; tries: number }

export type Settlement = {
  id: string
  hostId: string
  receipt: Envelope
  receiptHash: string
  push: PushParts | null
  /** Inbox items answered by this receipt. */
  acknowledge: string[]
}

export type Approvals = {
  get(teamId: string, id: string): Promise<ApprovalRow | null>
  /** The small item, null when it is settled or never was. */
  openOne(teamId: string, id: string): Promise<OpenApproval | null>
  /** Whether the team may have one more open. Counted now and then, not at each request: a soft limit against floods. */
  hasRoom(teamId: string): Promise<boolean>
  /** Ids of open approvals, oldest first, read consistently. */
  openIds(teamId: string, after: string | null, limit: number): Promise<{ ids: string[]; more: boolean }>
  /** One transaction: body and open item. `exists`: nothing was written. */
  request(teamId: string, approval: NewApproval): Promise<'done' | 'exists'>
  /**
   * Takes a decision in, together with the host's inbox item. Null: not open, past its time, this device has used up its number of decisions, or it
   * was kept before.
   */
  decide(teamId: string, id: string, decision: SealedDecision, item: InboxItem): Promise<OpenApproval | null>
  /** One transaction: away with the open item and the acknowledged inbox items, the receipt in. `refused`: not open for this host. */
  settle(teamId: string, settlement: Settlement, now: number): Promise<'done' | 'refused'>
  /** By the clock. False: it was settled or had expired before. */
  expire(teamId: string, id: string, now: number): Promise<boolean>
  /** What the sweep has to push at `dueAt`: what failed, or whose time has come; null: nothing more. Of a settled approval the push is that of its receipt. */
  planRetry(
    teamId: string,
    id: string,
    stage: 'open' | 'settled',
    plan: { retry: PushRetry; later: readonly LaterPush[]; dueAt: number; push: PushParts } | null,
  ): Promise<void>
  /** What a settled approval still has to push. */
  receiptPush(teamId: string, id: string): Promise<{ push: PushParts; retry: PushRetry; dueAt: number } | null>
}
