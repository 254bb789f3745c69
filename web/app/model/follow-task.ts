import type { Signal } from '@preact/signals'
import { readRecord } from '#client/approval-record.ts'
import type { Device } from '#client/open-device.ts'
import { cardOf } from '#client/read-approval.ts'
import { verifyReceipt } from '#client/verify-receipt.ts'
import type { Result } from '#protocol/errors.ts'
import type { TaskState } from '#protocol/records.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import type { Model } from './open-model.ts'
import type { Batch, TaskLog } from './task-log.ts'
import { addBatches } from './task-log.ts'

/**
 * Follows a task into a signal until it ends or `signal` aborts. Batches that come in one go are taken in one go. Second receipts (what became of a released operation) are
 * in the task's log only; they are verified and kept with their approval.
 */
export async function followTask(
  model: Model,
  taskId: string,
  log: Signal<TaskLog>,
  signal: AbortSignal,
): Promise<Result<TaskState>> {
  let queue: Batch[] = []
  const take = () => {
    const taken = queue
    queue = []
    if (!signal.aborted) log.value = addBatches(log.value, taken)
  }
  const ended = await model.device.watchTask({
    taskId,
    after: log.value.seq,
    signal,
    onEvents(events, seq) {
      if (queue.push({ events, seq }) === 1) requestAnimationFrame(take)
      for (const event of events) if (event.type === 'receipt') void keepReceipt(model, event)
    },
  })
  take()
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
  if (kept.ok) model.takeCard(cardOf(kept.value, context.clock.now()))
}
