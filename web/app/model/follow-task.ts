import type { Signal } from '@preact/signals'
import { readRecord } from '#client/approval-record.ts'
import type { Device } from '#client/open-device.ts'
import { cardOf } from '#client/read-approval.ts'
import { verifyReceipt } from '#client/verify-receipt.ts'
import type { Result } from '#protocol/errors.ts'
import { ok } from '#protocol/errors.ts'
import type { TaskState } from '#protocol/records.ts'
import { terminalStates } from '#protocol/records.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { openLogKeeper, readKeptLog } from './kept-log.ts'
import type { Model } from './open-model.ts'
import type { Known } from './standing.ts'
import type { Batch, TaskLog } from './task-log.ts'
import { addBatches } from './task-log.ts'

/** A log that grows is kept this often, and at its end. Milliseconds. */
const KEEP_MS = 3_000

type Follow = { taskId: string; log: Signal<TaskLog>; known?: Signal<Known>; signal: AbortSignal }

/**
 * Follows a task into a signal until it ends or `signal` aborts: from what this phone has kept of it, with what came since. `known` says how far that is. Batches that come in one go are taken in one go. Second receipts (what became of a released operation) are
 * in the task's log only; they are verified and kept with their approval.
 */
export async function followTask(model: Model, { taskId, log, known, signal }: Follow): Promise<Result<TaskState>> {
  const { store, clock } = model.device.context
  const keeper = openLogKeeper(store, taskId)
  const kept = await readKeptLog(store, taskId).catch(() => null)
  if (signal.aborted) return ok(log.value.state)
  if (kept && kept.log.seq > log.value.seq) {
    log.value = kept.log
    if (known) known.value = { is: 'as-of', at: kept.at + model.skewMs.value }
  }
  const setFresh = () => {
    if (known && !signal.aborted) known.value = { is: 'fresh' }
  }
  // It never changes again.
  if (terminalStates.has(log.value.state)) {
    setFresh()
    return ok(log.value.state)
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  const keep = () => {
    timer = undefined
    if (log.value.seq > 0) void keeper.keep(log.value, clock.now())
  }
  let queue: Batch[] = []
  const take = () => {
    const taken = queue
    queue = []
    if (taken.length === 0 || signal.aborted) return
    log.value = addBatches(log.value, taken)
    timer ??= setTimeout(keep, KEEP_MS)
  }
  const ended = await model.device.watchTask({
    taskId,
    after: log.value.seq,
    signal,
    onCaughtUp() {
      take()
      setFresh()
    },
    onEvents(events, seq, unread) {
      if (queue.push({ events, seq, unread }) === 1) requestAnimationFrame(take)
      for (const event of events) if (event.type === 'receipt') void keepReceipt(model, event)
    },
  })
  take()
  clearTimeout(timer)
  keep()
  if (ended.ok) setFresh()
  return ended
}

async function keepReceipt(
  model: Model,
  { approval, receipt }: Extract<TaskEvent, { type: 'receipt' }>,
): Promise<void> {
  const { context }: Device = model.device
  const record = await readRecord(context.store, approval)
  if (!record) return
  const kept = await verifyReceipt(context, receipt, record)
  if (kept.ok) model.takeCard(cardOf(kept.value, context.relay.now()))
}
