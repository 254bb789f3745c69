import { planWithout } from '#client/plan-without.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { Broken } from '../parts/broken.tsx'
import { useBusy } from '../parts/use-busy.ts'
import '../style/form.css'
import type { Given } from './answer-bar.tsx'

type Props = {
  operation: Operation
  out: ReadonlySet<string>
  onBack(): void
  onAnswer(given: Given): Promise<void>
}

/** Stands in for the answers while something is taken out of a plan: it can't be approved, only planned again. */
export function PlanWithout({ operation, out, onBack, onAnswer }: Props) {
  const { busy, broken, run } = useBusy()
  const words = planWithout(operation, [...out])
  return (
    <div class="answer-bar">
      <Broken when={broken} />
      <p class={words.ok ? 'answer-foot' : 'answer-refusal'}>
        {words.ok ? t('planAgain.hint') : sentenceOf(words.code)}
      </p>
      <div class="answer-buttons">
        <button type="button" class="button button-big" disabled={busy} onClick={onBack}>
          {t('planAgain.keepAll')}
        </button>
        <button
          type="button"
          class="button button-big button-primary"
          disabled={busy || !words.ok}
          onClick={() => words.ok && run(() => onAnswer({ answer: 'deny', reason: words.value, scope: 'once' }))}
        >
          {t('planAgain.without', { count: out.size })}
        </button>
      </div>
    </div>
  )
}
