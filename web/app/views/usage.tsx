import { t } from '../../texts/all-texts.ts'
import { amount, money } from '../../texts/amounts.ts'
import { shortTime } from '../../texts/exact-times.ts'
import type { UsageSoFar } from '../model/task-log.ts'
import { Exact } from '../parts/exact.tsx'

/** What the task took so far, on one line: tokens, cost where it is known, time. */
export function Usage({ usage: { tokens, cost, ms } }: { usage: UsageSoFar }) {
  const costs = [...cost].map(([currency, micros]) => money(micros, currency))
  return (
    <p class="headline-place">
      <Exact text={[t('task.tokens', { count: amount(tokens) }), ...costs, shortTime(ms)].join(' · ')} />
    </p>
  )
}
