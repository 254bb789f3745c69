import type { ApprovalRecord } from '#client/approval-record.ts'
import { readRecord } from '#client/approval-record.ts'
import type { Device } from '#client/open-device.ts'
import type { OutboxItem } from '#client/outbox.ts'
import type { ApprovalCard } from '#client/read-approval.ts'
import { cardOf } from '#client/read-approval.ts'

/** What this device has verified before, read without a network. */
export async function knownCard({ context }: Device, id: string): Promise<ApprovalCard | null> {
  const record = await readRecord(context.store, id)
  return record ? cardOf(record, context.clock.now()) : null
}

/** Every approval that is open as far as this device knows, oldest first. */
export async function knownOpenCards({ context }: Device): Promise<ApprovalCard[]> {
  const records = await context.store.list<ApprovalRecord>('approval/')
  return records
    .map(({ value }) => cardOf(value, context.clock.now()))
    .filter(({ state }) => state === 'open')
    .sort((a, b) => a.approval.iat - b.approval.iat)
}

/** Signed decisions that the relay does not have yet. */
export const keptDecisions = async ({ context }: Device): Promise<OutboxItem[]> =>
  (await context.store.list<OutboxItem>('outbox/')).map(({ value }) => value)
