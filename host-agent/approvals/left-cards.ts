import { type Refused, refused } from '#protocol/errors.ts'
import type { HostContext } from '../context.ts'
import type { ApprovalMemory } from '../journal/memory.ts'
import type { Question } from './approvals.ts'
import type { Fatigue } from './fatigue.ts'
import { settleApproval } from './receipts.ts'

/** Cards that were up when the host agent ended, and that nobody has asked for again. */
export type LeftCards = {
  of(session: string | null): ApprovalMemory[]
  retire(question: Question): Promise<void>
  makeRoom(session: string): Promise<void>
  forgotten(left: ApprovalMemory): Promise<Refused>
}

/** `isAsked`: somebody waits for this approval, or for one of its session with this digest. */
export function createLeftCards(
  context: HostContext,
  fatigue: Pick<Fatigue, 'closed' | 'isFull'>,
  isAsked: (id: string, session: string, digest: string) => boolean,
): LeftCards {
  const { memory } = context

  const leftOf = (session: string | null): ApprovalMemory[] =>
    [...memory.approvals.values()].filter(
      ({ id, digest, settled, consumed, ...asked }) =>
        session !== null && asked.session === session && !settled && !consumed && !isAsked(id, session, digest),
    )

  /** After a restart it is asked for as it is now: the question of before, which showed something else, waits for nobody any more. */
  async function retire({ session, operation }: Question): Promise<void> {
    for (const asked of leftOf(session)) {
      const { kind, input } = asked.approval.operation
      if (kind === operation.kind && input === operation.input) await takeDown(asked)
    }
  }

  /** They count, and must not hold up what is asked now: they give way, those first that nobody has answered. */
  async function makeRoom(session: string): Promise<void> {
    const left = leftOf(session).toSorted((one, other) => one.decisions.length - other.decisions.length)
    for (const asked of left) if (fatigue.isFull(session)) await takeDown(asked)
  }

  async function takeDown(asked: ApprovalMemory): Promise<void> {
    const team = context.team.state()
    if (team) await settleApproval(context, team, asked, 'stale', [], [])
    if (asked.session !== null) fatigue.closed(asked.session, asked.id)
  }

  /** The journal has lost what became of it: it may have run. Said, and never run by that approval again. */
  async function forgotten(left: ApprovalMemory): Promise<Refused> {
    const team = context.team.state()
    if (team) await settleApproval(context, team, left, 'indeterminate', [], [])
    if (left.session !== null) fatigue.closed(left.session, left.id)
    return refused('journal_damaged', 'It was answered before, and what became of it is lost. Look, then ask again.')
  }

  return { of: leftOf, retire, makeRoom, forgotten }
}
