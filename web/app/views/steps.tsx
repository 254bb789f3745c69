import type { ApprovalCard } from '#client/read-approval.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { AnyIcon } from '../parts/any-icon.tsx'

type Step = { word: string; state: 'done' | 'now' | 'later' | 'failed'; hint?: string }

/** What became of a tap, as far as it is known: each step is checked only when the host's receipt, or the relay's answer for the first, says so. */
export function stepsOf({ decision, receipt }: Pick<ApprovalCard, 'decision' | 'receipt'>): Step[] {
  const own = decision?.state
  if (own === 'refused')
    return [{ word: t('steps.refused'), state: 'failed', hint: sentenceOf(decision?.code ?? 'internal') }]
  const { outcome, exitCode } = receipt ?? {}
  const isReleased = outcome === 'released' || outcome === 'executed' || outcome === 'indeterminate'
  const sent: Step[] = decision
    ? own === 'kept'
      ? [{ word: t('steps.kept'), state: 'now', hint: t('steps.keptHint') }]
      : [{ word: t('steps.sent'), state: 'done', ...(receipt ? {} : { hint: t('steps.sentHint') }) }]
    : []
  if (outcome && !isReleased)
    return [
      ...sent,
      {
        word: t(`outcomeShort.${outcome}`),
        state: outcome === 'denied' ? 'done' : 'failed',
        hint: t(`outcome.${outcome}`),
      },
    ]
  const isDenied = decision?.answer === 'deny'
  const applied: Step = { word: t('steps.applied'), state: outcome ? 'done' : own === 'sent' ? 'now' : 'later' }
  if (isDenied) return [...sent, applied]
  const code = typeof exitCode === 'number' && exitCode !== 0 ? { hint: t('exitCode', { code: exitCode }) } : {}
  const done: Step =
    outcome === 'indeterminate'
      ? { word: t('outcomeShort.indeterminate'), state: 'failed', hint: t('outcome.indeterminate') }
      : { word: t('steps.done'), state: outcome === 'executed' ? 'done' : outcome ? 'now' : 'later', ...code }
  return [...sent, applied, done]
}

export function Steps({ card }: { card: Pick<ApprovalCard, 'decision' | 'receipt'> }) {
  return (
    <ol class="steps" aria-live="polite">
      {stepsOf(card).map(({ word, state, hint }) => (
        <li key={word} class={`step step-${state}`}>
          <span class="step-mark">
            {state === 'done' && <AnyIcon name="check" />}
            {state === 'failed' && <AnyIcon name="cross" />}
          </span>
          <span>
            <span class="step-word">{word}</span>
            {hint && <span class="step-hint">{hint}</span>}
          </span>
        </li>
      ))}
    </ol>
  )
}
