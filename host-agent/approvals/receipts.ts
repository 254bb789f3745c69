import type { TaskEvent } from '#protocol/statements/events.ts'
import type { Receipt } from '#protocol/statements/receipt.ts'
import { sealTo } from '#trust/envelope.ts'
import { sealPush } from '#trust/push.ts'
import { makeReceipt } from '#trust/receipt.ts'
import { devicesOf, type TeamState } from '#trust/trust-log.ts'
import type { HostContext } from '../context.ts'
import type { ApprovalMemory } from '../journal/memory.ts'
import { approversOf, readersOf } from './approvals.ts'

type Outcome = Receipt['outcome']
type Counted = Receipt['decisions']

/** Seconds that a push service keeps the word that an approval is settled: it only replaces a notification. */
const receiptTtl = 24 * 3_600

/**
 * Signs what became of an approval, writes it down and lets it go to the relay and into the task's log. The approval is settled with
 * this and never changes again; called twice, the second does nothing.
 */
export async function settleApproval(
  context: HostContext,
  team: TeamState,
  asked: ApprovalMemory,
  outcome: Outcome,
  decisions: Counted,
  acks: readonly string[],
): Promise<void> {
  if (asked.settled) return
  const receipt = await signReceipt(context, team, asked, outcome, decisions, null)
  const { crypto, keys, memory } = context
  const { id, approval } = asked
  // Who was there when it was asked has left since: then all the others are to know.
  const readers = readersOf(team, context.hostId, approval)
  const to = readers.length > 0 ? readers : devicesOf(team).map((device) => device.keys)
  const sealed = await sealTo(crypto, { id, kind: 'receipt', from: keys, to, statement: receipt })
  const pushed = approversOf(team, context.hostId, approval)
  const push = await sealPush(crypto, { id, to: pushed, statement: receipt, ttl: receiptTtl, urgency: 'normal' })
  if (asked.settled) return
  const durable = memory.record({
    type: 'settled',
    approvalId: id,
    outcome,
    receipt,
    body: JSON.stringify({ sealed, push, ack: acks }),
  })
  await durable
  context.post(id)
  if (asked.taskId !== null) {
    const at = context.clock.now()
    context.emit(asked.taskId, { type: 'receipt', at, approval: id, outcome, receipt })
    const said = decisions.length > 0 ? { decisions: decisions.slice(-10) } : {}
    context.emit(asked.taskId, { type: 'approval', at, approval: id, state: stateOf[outcome], ...said })
  }
}

/** Of a released operation: that it has ended, or that nobody knows. A fact in the task's log, as the approval is settled before. */
export async function tellResult(
  context: HostContext,
  team: TeamState,
  asked: ApprovalMemory,
  outcome: 'executed' | 'indeterminate',
  exitCode: number | null,
): Promise<void> {
  if (asked.result) return
  const durable = context.memory.record({ type: 'result', approvalId: asked.id, outcome, exitCode })
  const receipt = await signReceipt(context, team, asked, outcome, [], exitCode)
  await durable
  if (asked.taskId === null) return
  context.emit(asked.taskId, { type: 'receipt', at: context.clock.now(), approval: asked.id, outcome, receipt })
}

function signReceipt(
  { crypto, keys, clock, memory }: HostContext,
  team: TeamState,
  { id, taskId, digest }: ApprovalMemory,
  outcome: Outcome,
  decisions: Counted,
  exitCode: number | null,
) {
  const audit = memory.head()
  return makeReceipt(crypto, keys, {
    aud: team.teamId,
    approval: id,
    task: taskId,
    digest,
    outcome,
    decisions,
    ...(outcome === 'executed' ? { exitCode } : {}),
    ...(audit === null ? {} : { audit }),
    at: clock.now(),
  })
}

type CardState = Extract<TaskEvent, { type: 'approval' }>['state']
const stateOf: Readonly<Record<Outcome, CardState>> = {
  released: 'approved',
  executed: 'approved',
  indeterminate: 'approved',
  denied: 'denied',
  rejected: 'denied',
  expired: 'expired',
  canceled: 'canceled',
  stale: 'canceled',
}
