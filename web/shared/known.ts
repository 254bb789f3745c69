import type { ApprovalRecord } from '#client/approval-record.ts'
import { listRecords, readRecord } from '#client/approval-record.ts'
import { isAsked } from '#client/may-decide.ts'
import type { Device } from '#client/open-device.ts'
import type { OutboxItem } from '#client/outbox.ts'
import { keptItems } from '#client/outbox.ts'
import type { ApprovalCard } from '#client/read-approval.ts'
import { cardOf } from '#client/read-approval.ts'

/** What this device has verified before, read without a network. */
export async function knownCard({ context }: Device, id: string): Promise<ApprovalCard | null> {
  const record = await readRecord(context.store, id)
  return record ? cardOf(record, context.relay.now()) : null
}

/** Every approval that is open as far as this device knows, oldest first. */
export async function knownOpenCards({ context }: Device): Promise<ApprovalCard[]> {
  const { records } = await listRecords(context.store)
  return records
    .map((record) => cardOf(record, context.relay.now()))
    .filter(({ state, gone }) => state === 'open' && !gone)
    .sort((a, b) => a.approval.iat - b.approval.iat)
}

/** Nobody has settled it, and this device's answer is missing: one that was refused is none. What the relay has forgotten waits for nobody. */
export const isUnanswered = ({ decision, receipt, gone }: ApprovalRecord): boolean =>
  !receipt && !gone && (!decision || decision.state === 'refused')

/** Those among them that wait for this device's person. */
export async function knownWaitingCards(device: Device): Promise<ApprovalCard[]> {
  const team = device.team()
  if (!team) return []
  const who = { team, kid: device.kid, now: device.context.relay.now() }
  const open = await knownOpenCards(device)
  return open.filter((card) => isUnanswered(card) && isAsked(who, card.approval))
}

/** Signed decisions that the relay does not have yet. */
export const keptDecisions = ({ context }: Device): Promise<OutboxItem[]> => keptItems(context)
