import type { TeamDecision } from '#client/open-decisions.ts'
import type { ApprovalCard } from '#client/read-approval.ts'
import { isUnanswered } from '../../shared/known.ts'

export type Cards = ReadonlyMap<string, ApprovalCard>

/** What is known of others' decisions stays where the newer word says nothing of them. */
export function withCard(cards: Cards, card: ApprovalCard): Cards {
  const { decisions = cards.get(card.id)?.decisions } = card
  return new Map(cards).set(card.id, decisions ? { ...card, decisions } : card)
}

/** Somebody's device has answered. */
export function withDecision(cards: Cards, id: string, decision: TeamDecision): Cards {
  const card = cards.get(id)
  if (!card) return cards
  const before = (card.decisions ?? []).filter((each) => each.id !== decision.id)
  return new Map(cards).set(id, { ...card, decisions: [...before, decision] })
}

/**
 * The list as the relay has it, beside what is answered or settled. An open one that is not listed any more was settled elsewhere: it goes, and is read anew where shown. What was
 * `heard` of while the list was read stays as it was heard: it may have been asked, answered or settled since.
 */
export function withList(cards: Cards, list: readonly ApprovalCard[], heard: ReadonlySet<string> = new Set()): Cards {
  const next = new Map(list.map((card) => [card.id, card]))
  for (const card of cards.values())
    if (heard.has(card.id) || ((card.decision || card.receipt) && !next.has(card.id))) next.set(card.id, card)
  return next
}

/** What ends within this time comes first. Milliseconds. */
const URGENT_MS = 20 * 60_000

/** Open and unanswered: what is urgent first, soonest first; the rest newest first. */
export function needsAnswer(cards: Cards, now: number): ApprovalCard[] {
  const open = [...cards.values()].filter((card) => isUnanswered(card) && now < card.approval.expiresAt)
  const isUrgent = ({ approval }: ApprovalCard) => approval.expiresAt - now < URGENT_MS
  return open.sort(
    (a, b) =>
      Number(isUrgent(b)) - Number(isUrgent(a)) ||
      (isUrgent(a) ? a.approval.expiresAt - b.approval.expiresAt : b.approval.iat - a.approval.iat),
  )
}

/** Answered on this device; the host has not said yet what it made of it. */
export const isOnItsWay = ({ decision, receipt }: ApprovalCard): boolean =>
  decision !== undefined && decision.state !== 'refused' && !receipt
