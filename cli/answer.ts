import type { Device } from '#client/open-device.ts'
import { planWithout } from '#client/plan-without.ts'
import { ok, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import type { Scope } from '#protocol/statements/approval.ts'
import type { Answer } from '#protocol/statements/decision.ts'
import type { Outcome as ReceiptOutcome } from '#protocol/statements/receipt.ts'
import { makeGesture } from './make-gesture.ts'
import type { Output } from './output.ts'
import { readAnswers } from './read-answers.ts'
import { readTeamNames } from './team-names.ts'
import { tellApproval } from './tell-approval.ts'
import { asDevice } from './terminal-device.ts'
import type { Outcome, World } from './verb.ts'

export type AnswerInput = {
  id: string
  answer: Answer
  reason?: string
  code?: string
  scope?: Scope
  answers?: readonly string[]
  without?: readonly string[]
  waitMs: number
}

const wanted: Record<Answer, readonly ReceiptOutcome[]> = {
  approve: ['released', 'executed'],
  deny: ['denied'],
  report: ['denied', 'canceled'],
}

/**
 * Answers an approval from a terminal: shows what is decided, signs and keeps the decision, sends it, and waits a while for the host. Success when the host did what was
 * said, or when it has not answered yet: the decision is kept and is applied when the host is back.
 */
export function answerApproval(world: World, output: Output, input: AnswerInput): Promise<Outcome> {
  return asDevice(world.home, (device) => answerOn(device, { world, output }, input))
}

type Answering = Pick<Device, 'context' | 'approval' | 'decide' | 'connect' | 'awaitReceipt'>

/** As `answerApproval`, on a device that is open. */
export async function answerOn(
  device: Answering,
  { world, output }: { world: Pick<World, 'stdin' | 'stop'>; output: Output },
  { id, answer: said, reason, code: typed, scope, answers: words = [], without, waitMs }: AnswerInput,
): Promise<Outcome> {
  const card = await device.approval(id)
  if (!card.ok) return card
  // In either form of output: what is signed as seen whole was shown whole.
  const { context } = device
  tellApproval(output, card.value, { names: await readTeamNames(context, output), now: context.relay.now() })
  const { form } = card.value.approval.operation
  const answers = form && said === 'approve' ? readAnswers(form, words) : null
  if (answers?.ok === false) return answers
  if (!answers && words.length > 0) return refused('decision_answers', 'It is no question.')
  const leftOut = without ? planWithout(card.value.approval.operation, without) : null
  if (leftOut?.ok === false) return leftOut
  const why = [leftOut?.value, reason].filter((each) => each !== undefined).join(' ')
  const made =
    typed !== undefined
      ? ok({ gesture: 'code' as const, code: typed })
      : said === 'approve'
        ? await makeGesture(card.value, world, output)
        : ok({ gesture: 'tap' as const })
  if (!made.ok) return made
  const decided = await device.decide({
    approvalId: id,
    answer: said,
    shown: { where: 'terminal', whole: true },
    ...made.value,
    ...(why === '' ? {} : { reason: why.slice(0, limits.reasonChars) }),
    ...(scope === undefined ? {} : { scope }),
    ...(answers === null ? {} : { answers: answers.value }),
  })
  if (!decided.ok) return decided
  const { state, code } = decided.value
  if (decided.value.answer !== said)
    return refused('conflict', `This device has already answered: ${decided.value.answer}`)
  output.fact(
    'decision',
    { approval: id, decision: decided.value.id, answer: said, state, ...(code ? { code } : {}) },
    sentences[state],
  )
  if (state === 'refused') return refused(code ?? 'internal')

  device.connect()
  const settled = await device.awaitReceipt({ approvalId: id, withinMs: waitMs })
  if (!settled.ok) return state === 'kept' ? null : settled
  const { receipt, decision } = settled.value
  if (receipt)
    output.fact(
      'receipt',
      { approval: id, outcome: receipt.outcome, at: receipt.at },
      `The host says: ${receipt.outcome}.`,
    )
  if (decision?.state === 'refused') return refused(decision.code ?? 'internal')
  if (receipt) return wanted[said].includes(receipt.outcome) ? null : 'unsuccessful'
  const waiting = decision?.state ?? state
  output.fact(
    'waiting',
    { approval: id, state: waiting },
    waiting === 'sent' ? 'The host has not answered yet. It will find the decision when it is back.' : null,
  )
  return null
}

const sentences = {
  kept: 'Signed and kept. The relay can’t be reached; the next countersign command on this terminal sends it.',
  sent: 'Signed; the relay has it for the host.',
  refused: 'The relay will not take it.',
} as const
