import type { Clock } from '#link/clock.ts'
import { systemClock } from '#link/clock.ts'
import type { Caller } from '#link/proof-of-key.ts'
import { openRelay } from '#link/relay-http.ts'
import type { WebSocketPort } from '#link/socket.ts'
import type { Result } from '#protocol/errors.ts'
import { ok } from '#protocol/errors.ts'
import type { PushSubscription } from '#protocol/records.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import type { KeyPair } from '#trust/keys.ts'
import type { TeamState } from '#trust/trust-log.ts'
import type { OwnDecision } from './approval-record.ts'
import { awaitReceipt } from './await-receipt.ts'
import { checkPush } from './check-push.ts'
import type { Context } from './context.ts'
import type { DecideInput } from './decide.ts'
import { decide } from './decide.ts'
import type { ApprovalList } from './list-approvals.ts'
import { listApprovals } from './list-approvals.ts'
import type { HostSummary } from './list-hosts.ts'
import { listHosts } from './list-hosts.ts'
import type { TaskSummary } from './list-tasks.ts'
import { listTasks } from './list-tasks.ts'
import type { Live } from './live.ts'
import { openLive } from './live.ts'
import type { PushView } from './open-push.ts'
import { openPushText } from './open-push.ts'
import type { OutboxItem } from './outbox.ts'
import { flushOutbox } from './outbox.ts'
import type { Patience } from './patience.ts'
import type { Post } from './posts.ts'
import { dropPost, flushPosts, listPosts } from './posts.ts'
import type { ApprovalCard } from './read-approval.ts'
import { readApprovalCard } from './read-approval.ts'
import { renewLeases } from './renew-leases.ts'
import type { SendInput } from './send-input.ts'
import { sendInput } from './send-input.ts'
import type { Store } from './store.ts'
import type { SubmitTaskInput } from './submit-task.ts'
import { submitTask } from './submit-task.ts'
import { pushKey, subscribe, unsubscribe } from './subscribe.ts'
import { readTask } from './task-keys.ts'
import { openTeamLog } from './team-log.ts'
import type { WatchInput } from './watch-task.ts'
import { watchTask } from './watch-task.ts'

export type DeviceOptions = {
  /** The relay's public origin. */
  relay: string
  store: Store
  /** From `loadKeys(crypto, store)` where the store can hold a CryptoKey. */
  keys: KeyPair
  crypto: CryptoPort
  fetch: typeof fetch
  WebSocket: WebSocketPort
  clock?: Clock
  /** Absent: verbs wait for the relay as long as it may take. */
  patience?: Patience
}

/** A device without a screen: what the app's page, its service worker, the terminal and other people's programs sit on. */
export type Device = ReturnType<typeof deviceOver>

/** Opens what this store knows of a team; `not_paired` comes only from the verbs. Errors: `state_damaged`. Makes no connection: `connect` does. */
export async function openDevice(options: DeviceOptions): Promise<Result<Device>> {
  const { crypto, store, keys, clock = systemClock, patience } = options
  const team = await openTeamLog(crypto, store, clock)
  if (!team.ok) return team
  const caller: Caller = { crypto, keys, team: () => team.value.state()?.teamId }
  const relay = openRelay({ url: options.relay, fetch: options.fetch, clock, caller })
  const known = { crypto, store, clock, keys, caller, relay, team: team.value }
  return ok(deviceOver({ ...known, ...(patience ? { patience } : {}) }, options.WebSocket))
}

function deviceOver(context: Context, WebSocket: WebSocketPort) {
  let live: Live | null = null
  return {
    context,
    kid: context.keys.keys.kid,
    /** Null until paired. */
    team: (): TeamState | null => context.team.state(),
    /** Takes what another program with the same store has pinned meanwhile. */
    reloadTeam: (): Promise<void> => context.team.reload(),
    syncTeam: (): Promise<Result<TeamState>> => context.team.sync(context.relay),
    /** The live connection, opened at the first call and kept up until `close`. */
    connect(): Live {
      live ??= openLive(context, WebSocket)
      return live
    },
    hosts: (): Promise<Result<HostSummary[]>> => listHosts(context),
    submitTask: (input: SubmitTaskInput) => submitTask(context, input),
    sendInput: (input: SendInput) => sendInput(context, input),
    tasks: (input?: { most?: number }): Promise<Result<TaskSummary[]>> => listTasks(context, input),
    task: (id: string) => readTask(context, id),
    watchTask: (input: WatchInput) => watchTask(context, live, input),
    approvals: (): Promise<Result<ApprovalList>> => listApprovals(context),
    approval: (id: string): Promise<Result<ApprovalCard>> => readApprovalCard(context, id),
    decide: (input: DecideInput): Promise<Result<OwnDecision>> => decide(context, input),
    awaitReceipt: (input: { approvalId: string; withinMs: number }) => awaitReceipt(context, live, input),
    openPush: (text: string): Promise<Result<PushView>> => openPushText(context, text),
    flush: (input?: { tries?: number }): Promise<OutboxItem[]> => flushOutbox(context, input),
    /** Tasks and inputs that the relay does not have yet. */
    posts: (): Promise<Post[]> => listPosts(context),
    flushPosts: (): Promise<Post[]> => flushPosts(context),
    dropPost: (id: string): Promise<void> => dropPost(context, id),
    pushKey: () => pushKey(context),
    subscribe: (subscription: PushSubscription) => subscribe(context, subscription),
    unsubscribe: () => unsubscribe(context),
    checkPush: (): Promise<Result<string>> => checkPush(context),
    renewLeases: (): Promise<Result<number>> => renewLeases(context),
    close(): void {
      live?.close()
      live = null
    },
  }
}
