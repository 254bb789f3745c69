import type { Outcome } from '#protocol/statements/receipt.ts'
import { t } from '../../texts/all-texts.ts'
import type { Shape } from './pills.tsx'
import { Pill } from './pills.tsx'

const outcomes: Record<Outcome, [Shape, string]> = {
  released: ['half', 'accent'],
  executed: ['check', 'good'],
  denied: ['cross', 'quiet'],
  expired: ['dash', 'quiet'],
  canceled: ['dash', 'quiet'],
  stale: ['diamond', 'caution'],
  indeterminate: ['triangle', 'danger'],
  rejected: ['cross', 'danger'],
}

export function OutcomePill({ outcome }: { outcome: Outcome }) {
  const [shape, tone] = outcomes[outcome]
  return (
    <Pill shape={shape} tone={tone}>
      {t(`outcomeShort.${outcome}`)}
    </Pill>
  )
}
