import { within } from '#link/clock.ts'
import type { ErrorCode, Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { TaskEnded } from '#protocol/statements/ended.ts'
import { typ } from '#protocol/statements/typ.ts'
import { headerOf } from '#trust/jws.ts'
import { openPush } from '#trust/push.ts'
import { readReceipt } from '#trust/receipt.ts'
import { remindAt } from '#trust/remind-at.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { readRecord } from './approval-record.ts'
import { readPushCheck } from './check-push.ts'
import type { Context } from './context.ts'
import { mayDecide } from './may-decide.ts'
import type { ApprovalCard } from './read-approval.ts'
import { cardOf, readApprovalCard } from './read-approval.ts'
import { readEnded } from './read-ended.ts'
import { readNewcomer } from './read-newcomer.ts'
import { readNotice } from './read-notice.ts'
import { verifyApproval } from './verify-approval.ts'
import { verifyReceipt } from './verify-receipt.ts'

/**
 * What a push turned out to be, verified. `approval`: show it; `approve` says whether Approve may be offered on the notification itself, or why not; `leftMs`, where it reminds: how long it can still be answered. `receipt`: what
 * the host did; replaces the notification of the same approval. `notice`: something waits that did not fit a push and could not be fetched either, or (`approvals_many`) several wait: open the app. `newcomer`: a device was let into the team. `ended`: a task that this person asked for is over. `check`:
 * what this device sent itself to see whether pushes arrive.
 */
export type PushView =
  | { kind: 'approval'; card: ApprovalCard; approve: Result<void>; leftMs?: number }
  | { kind: 'receipt'; card: ApprovalCard }
  | { kind: 'notice'; approvalId: string; code: ErrorCode }
  | { kind: 'check'; id: string }
  | { kind: 'newcomer'; device: string; label: string; person: string }
  | { kind: 'ended'; ended: TaskEnded }

/** A browser ends a worker soon after a push has come, and something has to be shown by then, also on a network that answers nothing. Milliseconds. */
const FETCH_MS = 8_000

const inTime = async <T>({ clock }: Context, asked: Promise<Result<T>>): Promise<Result<T>> =>
  (await within(clock, FETCH_MS, asked)) ?? refused('relay_unreachable')

/** Opens the text of a push message. A refusal means: show that something came, in general words, and offer nothing but to open the app. */
export async function openPushText(context: Context, text: string): Promise<Result<PushView>> {
  await context.team.reload()
  const team = context.team.need()
  if (!team.ok) return team
  const opened = await openPush(context.crypto, context.keys, text)
  if (!opened.ok) return opened
  const jws = opened.value
  const header = headerOf(jws)
  if (!header.ok) return header
  if (header.value.typ === typ.pushCheck) {
    const check = await readPushCheck(context, jws)
    return check.ok ? ok({ kind: 'check', id: check.value }) : check
  }
  if (header.value.typ === typ.receipt) return receiptView(context, team.value, jws)
  if (header.value.typ === typ.approval) {
    const record = await inTime(context, verifyApproval(context, jws))
    return record.ok ? approvalView(context, cardOf(record.value, context.relay.now())) : record
  }
  if (header.value.typ === typ.newcomer) {
    const newcomer = await inTime(context, readNewcomer(context, team.value, jws))
    if (!newcomer.ok) return newcomer
    const { device, label, person } = newcomer.value
    return ok({ kind: 'newcomer', device, label, person })
  }
  if (header.value.typ === typ.ended) {
    const ended = await inTime(context, readEnded(context, team.value, jws))
    return ended.ok ? ok({ kind: 'ended', ended: ended.value }) : ended
  }
  const notice = await inTime(context, readNotice(context, team.value, jws))
  if (!notice.ok) return notice
  const { approval: approvalId, kind } = notice.value
  if (kind === 'digest') return ok({ kind: 'notice', approvalId, code: 'approvals_many' })
  const card = await inTime(context, readApprovalCard(context, approvalId))
  return card.ok ? approvalView(context, card.value) : ok({ kind: 'notice', approvalId, code: card.code })
}

function approvalView(context: Context, card: ApprovalCard): Result<PushView> {
  const team = context.team.need()
  if (!team.ok) return team
  if (card.receipt) return ok({ kind: 'receipt', card })
  const leftMs = leftOf(context, card)
  return ok({
    kind: 'approval',
    card,
    ...(leftMs === null ? {} : { leftMs }),
    approve: mayDecide(
      { team: team.value, kid: context.keys.keys.kid, now: context.clock.now() },
      card.approval,
      'approve',
      { gesture: 'tap', shown: { where: 'notification', whole: true } },
    ),
  })
}

/** The clock says that it reminds, and not the relay: a first push that comes so late says the same. */
function leftOf({ relay }: Context, { state, approval }: ApprovalCard): number | null {
  const [at, now] = [remindAt(approval), relay.now()]
  return at === null || now < at || state !== 'open' ? null : approval.expiresAt - now
}

async function receiptView(context: Context, team: TeamState, jws: string): Promise<Result<PushView>> {
  const receipt = await readReceipt(context.crypto, team, jws)
  if (!receipt.ok) return receipt
  const id = receipt.value.approval
  const known = await readRecord(context.store, id)
  const record = known ? ok(known) : await inTime(context, readApprovalCard(context, id))
  if (!record.ok) return record
  const settled = await verifyReceipt(context, jws, record.value)
  return settled.ok ? ok({ kind: 'receipt', card: cardOf(settled.value, context.relay.now()) }) : settled
}
