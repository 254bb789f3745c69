import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { kidOfHost, newId } from '#protocol/ids.ts'
import type { Scope } from '#protocol/statements/approval.ts'
import type { Answer, Decision } from '#protocol/statements/decision.ts'
import { makeDecision } from '#trust/decision.ts'
import { sealTo } from '#trust/envelope.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { appendEntry, devicesOf, makeAddDevice } from '#trust/trust-log.ts'
import type { ApprovalRecord, OwnDecision } from './approval-record.ts'
import { keepDecision, readRecord } from './approval-record.ts'
import type { Context } from './context.ts'
import { mayDecide } from './may-decide.ts'
import { keepForSending, sendItem } from './outbox.ts'
import { readApprovalCard } from './read-approval.ts'

export type DecideInput = {
  approvalId: string
  answer: Answer
  /** Where the operation was shown, and whether all of it was. */
  shown: Decision['shown']
  scope?: Scope
  reason?: string
}

/**
 * Decides an approval: signs over the exact verified operation, stores the decision durably, and only then sends it. Resolves with `sent` when the relay has it, with
 * `kept` when it could not be reached (it is sent later), with `refused` and a code when the relay will not take it. The first tap wins: an approval
 * that this device has answered already gives that answer back. Errors: those of `mayDecide`, of reading and verifying the approval, `decision_scope_refused`, and for a
 * newcomer what the trust log would refuse.
 */
export async function decide(context: Context, input: DecideInput): Promise<Result<OwnDecision>> {
  const found = await findRecord(context, input.approvalId)
  if (!found.ok) return found
  const record = found.value
  const earlier = record.decision
  if (earlier && earlier.state !== 'refused') return ok(earlier)
  if (record.receipt) return refused('approval_already_settled')
  const { approval } = record
  const reached = await context.team.reach(context.relay, approval.trustHead)
  if (!reached.ok) return reached
  const team = reached.value
  const now = context.clock.now()
  const may = mayDecide({ team, kid: context.keys.keys.kid, now }, approval, input.answer)
  if (!may.ok) return may
  if (!approval.scopes.includes(input.scope ?? 'once')) return refused('decision_scope_refused')

  const decision: OwnDecision = { id: newId('dec', now), answer: input.answer, state: 'kept', at: now }
  const signed = await signDecision({ context, team, record, decision, input })
  if (!signed.ok) return signed
  const host = team.keys.get(kidOfHost(approval.host))
  if (!host) return refused('host_not_found')
  const sealed = await sealTo(context.crypto, {
    id: decision.id,
    kind: 'decision',
    from: context.keys,
    to: [host.keys, ...devicesOf(team).map((device) => device.keys)],
    statement: signed.value,
  })
  const item = { decision, approvalId: approval.id, sealed, until: approval.releaseBy }
  await keepForSending(context, item)
  await keepDecision(context.store, approval.id, decision)
  const state = await sendItem(context, item)
  return ok((await readRecord(context.store, approval.id))?.decision ?? { ...decision, state })
}

/** What the notification showed is enough to decide without a network. */
async function findRecord(context: Context, id: string): Promise<Result<ApprovalRecord>> {
  const known = await readRecord(context.store, id)
  return known ? ok(known) : readApprovalCard(context, id)
}

type ToSign = { context: Context; team: TeamState; record: ApprovalRecord; decision: OwnDecision; input: DecideInput }

async function signDecision({ context, team, record, decision, input }: ToSign): Promise<Result<string>> {
  const { crypto, keys } = context
  const { id, answer, at } = decision
  const { shown, reason, scope = 'once' } = input
  const entry = await signEntry(context, team, record, decision)
  if (!entry.ok) return entry
  const statement = await makeDecision(crypto, keys, {
    id,
    approval: record.approval,
    approvalJws: record.jws,
    answer,
    scope,
    shown,
    now: at,
    trustHead: team.head,
    ...(reason ? { reason } : {}),
    ...(entry.value === null ? {} : { entry: entry.value }),
  })
  return ok(statement)
}

/**
 * An owner who lets a newcomer in signs the trust log's entry with the decision: the host can propose, not admit. It is checked as everybody will check it, so that
 * nothing is signed that the log would refuse. Null where there is nothing to admit.
 */
async function signEntry(
  { crypto, keys }: Context,
  team: TeamState,
  { approval }: ApprovalRecord,
  { answer, at }: OwnDecision,
): Promise<Result<string | null>> {
  const { newcomer } = approval.operation
  if (!newcomer || answer !== 'approve') return ok(null)
  const { device, rights } = newcomer
  const entry = await makeAddDevice(crypto, keys, team, { device, rights, now: at })
  const next = await appendEntry(crypto, team, entry)
  return next.ok ? ok(entry) : next
}
