import type { ConnectionState, RequestFrame } from '#link/connection.ts'
import { openConnection } from '#link/connection.ts'
import type { WebSocketPort } from '#link/socket.ts'
import type { ErrorCode, Result } from '#protocol/errors.ts'
import type { FrameDown } from '#protocol/frames.ts'
import type { StoredBatch, TaskHead } from '#protocol/records.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { readRecord } from './approval-record.ts'
import type { Context } from './context.ts'
import type { HostSummary } from './list-hosts.ts'
import { readHostView } from './list-hosts.ts'
import { openDecisions, type TeamDecision } from './open-decisions.ts'
import { flushOutbox } from './outbox.ts'
import { flushPosts } from './posts.ts'
import type { ApprovalCard } from './read-approval.ts'
import { cardOf, openApprovalView, openReceipt, readApprovalCard } from './read-approval.ts'
import { renewLeases } from './renew-leases.ts'

/** What a device hears while it is connected. All but `task` (the relay's word about a state) is verified. */
export type DeviceEvent =
  | { type: 'connection'; state: ConnectionState }
  /** The connection stands anew: lists that are shown should be read again. */
  | { type: 'synced' }
  /** What was kept has been sent, as far as the relay could be reached. */
  | { type: 'flushed' }
  | { type: 'approval'; card: ApprovalCard }
  | { type: 'unreadable'; id: string; code: ErrorCode }
  /** Some device of the team has answered; what the host makes of it comes as a receipt. */
  | { type: 'decided'; approvalId: string; decision: TeamDecision }
  | { type: 'task'; head: TaskHead }
  | { type: 'batch'; taskId: string; batch: StoredBatch }
  | { type: 'host'; host: HostSummary }
  | { type: 'team'; team: TeamState }
  /** The trust log has two branches, both signed by owners: nothing is decided from here until `followSettlement` says that it is settled. Said again with every change. */
  | { type: 'forked' }

export type Live = {
  isOnline(): boolean
  state(): ConnectionState
  on(listener: (event: DeviceEvent) => void): () => void
  request(frame: RequestFrame): Promise<Result<FrameDown>>
  /** Sends what waits in the outbox, now and again until it is empty. */
  flush(): void
  wake(): void
  close(): void
}

const FLUSH_AGAIN_MS = 5_000

/** Keeps one connection up and turns frames into verified facts. Frames are handled one after another, so that a receipt never overtakes its approval. */
export function openLive(context: Context, WebSocket: WebSocketPort): Live {
  const { relay, caller, clock } = context
  const listeners = new Set<(event: DeviceEvent) => void>()
  const emit = (event: DeviceEvent) => {
    for (const listener of [...listeners]) listener(event)
  }
  let work = Promise.resolve()
  const inTurn = (run: () => Promise<void>) => {
    work = work.then(run, run)
  }
  let cancelFlush = () => {}
  // Apart from the frames: while a picture creeps up a bad line, what is asked is heard all the same.
  let sending = Promise.resolve()

  const flush = () => {
    cancelFlush()
    const send = async () => {
      const waiting = [...(await flushOutbox(context)), ...(await flushPosts(context))]
      emit({ type: 'flushed' })
      if (waiting.length > 0 && connection.state().is !== 'closed') cancelFlush = clock.after(FLUSH_AGAIN_MS, flush)
    }
    sending = sending.then(send, send)
  }

  const connection = openConnection({
    relay,
    WebSocket,
    clock,
    caller,
    onState: (state) => emit({ type: 'connection', state }),
    onSynced() {
      flush()
      inTurn(async () => {
        const before = context.team.state()
        const team = await context.team.sync(relay)
        if (team.ok && team.value !== before) emit({ type: 'team', team: team.value })
        if (context.team.fork()) return emit({ type: 'forked' })
        await renewLeases(context)
      })
      emit({ type: 'synced' })
    },
    onFrame(frame) {
      if (frame.type === 'task.appended') emit({ type: 'batch', taskId: frame.taskId, batch: frame.batch })
      else if (frame.type === 'task.changed') emit({ type: 'task', head: frame.head })
      else inTurn(() => hear(context, frame, emit))
    },
  })

  return {
    isOnline: () => connection.state().is === 'online',
    state: connection.state,
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    request: connection.request,
    flush,
    wake: connection.wake,
    close() {
      cancelFlush()
      connection.close()
    },
  }
}

async function hear(context: Context, frame: FrameDown, emit: (event: DeviceEvent) => void): Promise<void> {
  if (frame.type === 'approval.requested') {
    const card = await openApprovalView(context, frame.approval)
    emit(
      card.ok ? { type: 'approval', card: card.value } : { type: 'unreadable', id: frame.approval.id, code: card.code },
    )
  } else if (frame.type === 'approval.settled') {
    const card = await settledCard(context, frame)
    if (card) emit({ type: 'approval', card })
  } else if (frame.type === 'approval.decided') {
    const { approvalId } = frame
    const record = await readRecord(context.store, approvalId)
    const [decision] = record ? await openDecisions(context, { decisions: [frame.decision] }, record) : []
    if (decision) emit({ type: 'decided', approvalId, decision })
  } else if (frame.type === 'host.changed') {
    const host = await readHostView(context, frame.host)
    if (host) emit({ type: 'host', host })
    if (context.team.fork()) emit({ type: 'forked' })
  } else if (frame.type === 'trust.appended') {
    const team = await context.team.sync(context.relay)
    if (team.ok) emit({ type: 'team', team: team.value })
    if (context.team.fork()) emit({ type: 'forked' })
  }
}

/** A settled approval that this device has not seen open is read whole. */
async function settledCard(
  context: Context,
  frame: Extract<FrameDown, { type: 'approval.settled' }>,
): Promise<ApprovalCard | null> {
  const record = await readRecord(context.store, frame.approvalId)
  if (!record || !frame.receipt) {
    const card = await readApprovalCard(context, frame.approvalId)
    return card.ok ? card.value : null
  }
  const settled = await openReceipt(context, frame.receipt, record)
  return cardOf(settled.ok ? settled.value : record, context.relay.now())
}
