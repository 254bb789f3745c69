import type { ErrorCode } from '#protocol/errors.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import type { Answer } from '#protocol/statements/decision.ts'
import type { Receipt } from '#protocol/statements/receipt.ts'
import type { Store } from './store.ts'

/**
 * What became of this device's own decision. `kept`: signed and stored here, not at the relay yet. `sent`: the relay has it for the host. `refused`: it will not be applied,
 * `code` says why. What the host did is in the record's receipt and nowhere else.
 */
export type OwnDecision = {
  id: string
  answer: Answer
  state: 'kept' | 'sent' | 'refused'
  code?: ErrorCode
  at: number
}

/** An approval that this device has verified, with what it knows of its fate. Stored under `approval/ID`. */
export type ApprovalRecord = {
  id: string
  /** The host's signed request, byte for byte: decisions bind to its hash. */
  jws: string
  approval: Approval
  receivedAt: number
  decision?: OwnDecision
  receipt?: Receipt
  /** The relay knows it no more, though nobody has said what became of it. */
  gone?: true
}

const keyOf = (id: string) => `approval/${id}`

/** What another version has written, or what was damaged, is as if it were not there: the relay still has it, and it is verified and kept anew. */
function isReadable(value: unknown): value is ApprovalRecord {
  const { id, jws, approval } = (value ?? {}) as Partial<ApprovalRecord>
  const { iat, expiresAt, releaseBy, operation } = approval ?? {}
  const times = [iat, expiresAt, releaseBy]
  return [id, jws].every((text) => typeof text === 'string') && times.every(Number.isInteger) && operation !== undefined
}

export async function readRecord(store: Store, id: string): Promise<ApprovalRecord | undefined> {
  const kept = await store.get<unknown>(keyOf(id))
  return isReadable(kept) ? kept : undefined
}

/** All that is kept, and how many of them can't be read. */
export async function listRecords(store: Store): Promise<{ records: ApprovalRecord[]; unreadable: number }> {
  const kept = await store.list<unknown>('approval/')
  const records = kept.map(({ value }) => value).filter(isReadable)
  return { records, unreadable: kept.length - records.length }
}

/** Stores a verified approval unless it is there and can be read; returns the record. */
export async function keepApproval(
  store: Store,
  jws: string,
  approval: Approval,
  now: number,
): Promise<ApprovalRecord> {
  const fresh: ApprovalRecord = { id: approval.id, jws, approval, receivedAt: now }
  return (
    (await store.update<ApprovalRecord>(keyOf(approval.id), (old) => (isReadable(old) ? undefined : fresh))) ?? fresh
  )
}

/** The host's word may be here before the relay's answer: what it refused is not `sent` again. */
export const keepDecision = (store: Store, id: string, decision: OwnDecision) =>
  store.update<ApprovalRecord>(keyOf(id), (old) => {
    const isBehind = decision.state === 'sent' && old?.decision?.id === decision.id && old.decision.state === 'refused'
    return old && !isBehind ? { ...old, decision } : undefined
  })

/** Forgets this device's own decision, if it is this one and still only kept: the approval can be answered anew. */
export const dropDecision = (store: Store, id: string, decisionId: string) =>
  store.update<ApprovalRecord>(keyOf(id), (old) => {
    if (old?.decision?.id !== decisionId || old.decision.state !== 'kept') return undefined
    const { decision: _, ...rest } = old
    return rest
  })

/** The first receipt settles; a second one may only say what became of a release. */
export const keepReceipt = (store: Store, id: string, receipt: Receipt) =>
  store.update<ApprovalRecord>(keyOf(id), (old) => {
    if (!old || (old.receipt && old.receipt.outcome !== 'released')) return undefined
    return { ...old, receipt }
  })

export const noteGone = (store: Store, id: string) =>
  store.update<ApprovalRecord>(keyOf(id), (old) => old && { ...old, gone: true })

/** Records whose release time has long passed are dropped. Returns how many. */
export async function dropOldRecords(store: Store, now: number, retentionMs: number): Promise<number> {
  const { records } = await listRecords(store)
  const old = records.filter(({ approval }) => approval.releaseBy + retentionMs < now)
  for (const { id } of old) await store.delete(keyOf(id))
  return old.length
}
