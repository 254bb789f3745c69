import type { ApprovalMemory } from '../journal/memory.ts'

/** A plan that was denied with words is wanted, in another form: the agent plans again, and it is no denial that wears anybody down. */
export const isComment = ({ approval, consumed, decisions }: ApprovalMemory): boolean =>
  approval.operation.plan !== undefined &&
  consumed === 'deny' &&
  decisions.some(({ decision, code }) => code === null && saysWords(decision))

/** Judged before it was spent: only its words are looked at here. */
function saysWords(decision: string): boolean {
  const said = JSON.parse(Buffer.from(decision.split('.')[1] ?? '', 'base64url').toString()) as { reason?: unknown }
  return Boolean(said.reason)
}
