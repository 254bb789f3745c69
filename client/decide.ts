import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { kidOfHost, newId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import type { Approval, Gesture, Scope } from '#protocol/statements/approval.ts'
import type { Answer, Decision } from '#protocol/statements/decision.ts'
import type { Answers } from '#protocol/statements/form.ts'
import type { Assertion } from '#protocol/statements/passkey.ts'
import type { StandingRule } from '#protocol/statements/standing-rule.ts'
import { releaseUntil } from '#trust/approval.ts'
import { makeDecision, makeVerifiedDecision } from '#trust/decision.ts'
import { sealTo } from '#trust/envelope.ts'
import { answersFit } from '#trust/form-answers.ts'
import { gestureFor } from '#trust/gesture.ts'
import { ruleFits } from '#trust/standing-rule.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { appendEntry, devicesOf, makeAddDevice } from '#trust/trust-log.ts'
import type { ApprovalRecord, OwnDecision } from './approval-record.ts'
import { keepDecision, readRecord } from './approval-record.ts'
import type { Context } from './context.ts'
import { mayDecide } from './may-decide.ts'
import { keepForSending, sendItem } from './outbox.ts'
import { checkOwnLease } from './own-lease.ts'
import { sendPatiently } from './patience.ts'
import { readApprovalCard } from './read-approval.ts'

export type DecideInput = {
  approvalId: string
  answer: Answer
  /** Where the operation was shown, and whether all of it was. */
  shown: Decision['shown']
  scope?: Scope
  /** With scope `session` or `rule`: within `approval.rule`, each word the operation's own or the pattern offered for it. Absent: the exact words, as offered. */
  rule?: StandingRule
  reason?: string
  /** Of a question: what the person filled in, also when that is nothing. */
  answers?: Answers
  /** What the person did; absent means a tap. What an approval needs is `gestureFor(approval)` of `#trust/gesture.ts`; a denial or a report needs none. */
  gesture?: Gesture
  /** For `code`: the six digits that the host shows (`countersign code` there). A wrong one may be mended once by deciding again. */
  code?: string
  /** For `passkey`: asks the device's authenticator, see `AskAuthenticator`. Called only where a passkey is needed. */
  assert?: AskAuthenticator
}

/**
 * `navigator.credentials.get({ publicKey: { challenge, allowCredentials: [{ type: 'public-key', id }], userVerification: 'required' } })`, both given here as base64url of
 * bytes; the answer's fields as base64url. A person who cancels is `decision_passkey`.
 */
export type AskAuthenticator = (ask: { challenge: string; id: string }) => Promise<Result<Assertion>>

/**
 * Decides an approval: signs over the exact verified operation, stores the decision durably, and only then sends it. Resolves with `sent` when the relay has it, with
 * `kept` when it could not be reached (it is sent later) or takes longer than the device's patience, with `refused` and a code when the relay will not take it. The first tap wins: an approval
 * that this device has answered already gives that answer back, unless its proof (a code, a passkey) may have to be mended. Errors: those of `mayDecide` and `assert`, `decision_lease_expired`, of reading and verifying the approval, `decision_scope_refused`, `decision_answers`, and for a
 * newcomer what the trust log would refuse.
 */
export async function decide(context: Context, input: DecideInput): Promise<Result<OwnDecision>> {
  if (context.team.fork()) return refused('trust_log_forked')
  const found = await findRecord(context, input.approvalId)
  if (!found.ok) return found
  const record = found.value
  const earlier = record.decision
  const { approval } = record
  if (earlier && earlier.state !== 'refused' && !mayMend(approval, earlier, input)) return ok(earlier)
  if (record.receipt) return refused('approval_already_settled')
  const reached = await context.team.reach(context.relay, approval.trustHead)
  if (!reached.ok) return reached
  const team = reached.value
  const now = context.clock.now()
  const made = { gesture: input.gesture ?? 'tap', shown: input.shown }
  const may = mayDecide({ team, kid: context.keys.keys.kid, now }, approval, input.answer, made)
  if (!may.ok) return may.code === 'approval_expired' && isClockWrong(context) ? refused('clock_wrong') : may
  const rule = ruleOf(approval, input)
  const scope = input.scope ?? 'once'
  if (!ruleFits(approval, { scope, ...(rule ? { rule } : {}) })) return refused('decision_scope_refused')
  if (!answersFit(approval.operation, input)) return refused('decision_answers')
  const leased = await checkOwnLease(context, team)
  if (!leased.ok) return leased

  const decision: OwnDecision = { id: newId('dec', now), answer: input.answer, state: 'kept', at: now }
  const signed = await signDecision({ context, team, record, decision, input: { ...input, ...(rule ? { rule } : {}) } })
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
  // The others see at once who has answered what, also while the host is away.
  const tell = devicesOf(team).length > 1
  const item = {
    decision,
    approvalId: approval.id,
    sealed,
    until: input.answer === 'approve' ? releaseUntil(approval, context.relay.now()) : approval.releaseBy,
    ...(tell ? { tell } : {}),
  }
  await keepForSending(context, item)
  await keepDecision(context.store, approval.id, decision)
  const state = (await sendPatiently(context, sendItem(context, item))) ?? 'kept'
  return ok((await readRecord(context.store, approval.id))?.decision ?? { ...decision, state })
}

/** The relay has told that this device's clock is off. It can't make anything be in time by that: only another sentence is shown. */
const isClockWrong = ({ relay, clock }: Context): boolean => Math.abs(relay.now() - clock.now()) > limits.clockSkewMs

/** What is let run from now on: as said, else the exact words with the host's own bounds. A denial lets nothing. */
function ruleOf(
  { rule: offered, operation }: Approval,
  { scope = 'once', rule, answer }: DecideInput,
): StandingRule | undefined {
  if (scope === 'once' || answer !== 'approve') return undefined
  return rule ?? (offered && operation.argv ? { ...offered, argv: operation.argv } : undefined)
}

/** A code may have been mistyped and a passkey been another: the host refused the proof and still waits for the same answer. */
function mayMend(approval: Approval, earlier: OwnDecision, { answer }: DecideInput): boolean {
  const proves = ['code', 'passkey'].includes(gestureFor(approval))
  return proves && answer === 'approve' && earlier.answer === 'approve'
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
  const { shown, reason, answers, scope = 'once', rule, gesture, code } = input
  const entry = await signEntry(context, team, record, decision)
  if (!entry.ok) return entry
  const toDecide = {
    id,
    approval: record.approval,
    approvalJws: record.jws,
    answer,
    scope,
    shown,
    now: at,
    trustHead: team.head,
    ...(reason ? { reason } : {}),
    ...(answers ? { answers } : {}),
    ...(entry.value === null ? {} : { entry: entry.value }),
    ...(rule ? { rule } : {}),
    ...(gesture ? { gesture } : {}),
    ...(code ? { code } : {}),
  }
  const { passkey } = team.keys.get(keys.keys.kid) ?? {}
  if (answer !== 'approve' || gestureFor(record.approval) !== 'passkey')
    return ok(await makeDecision(crypto, keys, toDecide))
  if (!input.assert || !passkey) return refused('decision_passkey')
  const { assert } = input
  return makeVerifiedDecision(crypto, keys, toDecide, (challenge) => assert({ challenge, id: passkey.id }))
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
  const { device, rights, passkey } = newcomer
  const entry = await makeAddDevice(crypto, keys, team, { device, rights, now: at, ...(passkey ? { passkey } : {}) })
  const next = await appendEntry(crypto, team, entry)
  return next.ok ? ok(entry) : next
}
