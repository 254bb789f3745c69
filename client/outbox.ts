import type { Envelope } from '#protocol/envelope.ts'
import type { ErrorCode } from '#protocol/errors.ts'
import type { OwnDecision } from './approval-record.ts'
import { dropDecision, keepDecision, noteGone } from './approval-record.ts'
import type { Context } from './context.ts'

/** A signed decision that waits for the relay. Kept under `outbox/DECISION` until the relay has it or will never take it. */
export type OutboxItem = {
  decision: OwnDecision
  approvalId: string
  sealed: Envelope
  /** After this the host will not take it; by the relay's clock, which is right where this device's own is not. */
  until: number
  /** More than one person has to answer: the others’ devices are told at once. */
  tell?: boolean
}

/** Refusals after which sending the same bytes again can't help. Everything else is tried again. */
const final: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'approval_not_found',
  'approval_already_settled',
  'approval_expired',
  'body_invalid',
  'body_too_large',
  'role_refused',
  'id_reused',
])

const keyOf = (id: string) => `outbox/${id}`

/** Every decision that is kept here, oldest first; what can't be read can't be sent either, and holds up nothing. */
export async function keptItems({ store }: Pick<Context, 'store'>): Promise<OutboxItem[]> {
  const kept = await store.list<Partial<OutboxItem> | null>('outbox/')
  return kept.map(({ value }) => value).filter(isReadable)
}

const isReadable = (item: Partial<OutboxItem> | null): item is OutboxItem =>
  [item?.approvalId, item?.decision?.id].every((id) => typeof id === 'string') && item?.sealed instanceof Object

export const keepForSending = (context: Context, item: OutboxItem) => context.store.put(keyOf(item.decision.id), item)

/**
 * Sends every kept decision, oldest first. Two programs may do so at once: the relay knows a decision by its id. Returns what could not be sent yet; the caller flushes
 * again when it is online.
 */
export async function flushOutbox(context: Context, { tries = 2 }: { tries?: number } = {}): Promise<OutboxItem[]> {
  const waiting: OutboxItem[] = []
  for (const item of await keptItems(context)) {
    // Dropped while what is before it was sent: what a person took back is not said after all.
    if (!(await context.store.get(keyOf(item.decision.id)))) continue
    if ((await sendItem(context, item, tries)) === 'kept') waiting.push(item)
  }
  return waiting
}

/** Gives up a decision that waits. Whether it had reached the relay before, without this device hearing so, can't be known: then it counts. */
export async function dropKeptDecision({ store }: Context, { decision, approvalId }: OutboxItem): Promise<void> {
  await store.delete(keyOf(decision.id))
  await dropDecision(store, approvalId, decision.id)
}

/** Sends one, notes on the approval what came of it, and returns its state. */
export async function sendItem(context: Context, item: OutboxItem, tries = 2): Promise<OwnDecision['state']> {
  const { decision, approvalId, sealed, tell } = item
  const sent = await context.relay.call('approval.decide', {
    params: { id: approvalId },
    body: { id: decision.id, sealed, ...(tell ? { tell } : {}) },
    tries,
  })
  const code = sent.ok ? undefined : sent.code
  const isOver = code !== undefined && (final.has(code) || context.relay.now() > item.until)
  if (code !== undefined && !isOver) return 'kept'
  const state = code === undefined ? 'sent' : 'refused'
  await keepDecision(context.store, approvalId, { ...decision, state, ...(code === undefined ? {} : { code }) })
  if (code === 'approval_not_found') await noteGone(context.store, approvalId)
  await context.store.delete(keyOf(decision.id))
  return state
}
