import type { ApprovalCard } from '#client/read-approval.ts'
import { ok, type Result, refused } from '#protocol/errors.ts'
import type { Gesture } from '#protocol/statements/approval.ts'
import { gestureFor } from '#trust/gesture.ts'
import { nextLine } from './lines.ts'
import type { Output } from './output.ts'
import type { World } from './verb.ts'

const word = 'approve'

/** What a person did to approve. `code`: the digits, as they were typed. */
export type Made = { gesture: Gesture; code?: string }

/**
 * Has a person do what an approval asks for, once it was shown here: a command line is a tap and no more, as it may have been typed before anything was read. To read and to
 * hold is to type a word after it; a code is typed as it stands at the host. A passkey is another device's. Errors: `decision_unread`, `decision_gesture`: nothing was typed.
 */
export async function makeGesture(
  card: ApprovalCard,
  { stdin, stop }: Pick<World, 'stdin' | 'stop'>,
  output: Output,
): Promise<Result<Made>> {
  const needed = gestureFor(card.approval)
  const isAnswered = card.receipt !== undefined || (card.decision && card.decision.state !== 'refused')
  // `decide` says what became of it, or that a passkey is needed.
  if (isAnswered || needed === 'tap' || needed === 'passkey') return ok({ gesture: 'tap' })
  if (needed === 'code') {
    output.fact('code', { approval: card.id }, 'Type the six digits that countersign code shows at the host:')
    const code = (await nextLine(stdin, stop)).replace(/\D/g, '')
    return code === '' ? refused('decision_gesture', 'No code was typed.') : ok({ gesture: 'code', code })
  }
  output.fact('confirm', { approval: card.id, type: word }, `Read it to its end, then type ${word}:`)
  if ((await nextLine(stdin, stop)) === word) return ok({ gesture: needed })
  return refused(needed === 'read' ? 'decision_unread' : 'decision_gesture', `${word} was not typed.`)
}
