import type { HostStatus } from '#protocol/statements/status.ts'
import { t } from '../../texts/all-texts.ts'
import { dateTime } from '../../texts/times.ts'
import { Exact } from '../parts/exact.tsx'
import { SureButton } from '../parts/sure-button.tsx'

type Props = { rules: NonNullable<HostStatus['rules']>; onRevoke(id: string): Promise<void> }

/** What people let run on a host without being asked, and the way to take it back. */
export function StandingRules({ rules, onRevoke }: Props) {
  if (rules.length === 0) return null
  return (
    <section class="section">
      <h2>{t('rules.title')}</h2>
      {rules.map(({ id, rule, used }) => (
        <div key={id} class="rule">
          <p class="code">
            <Exact text={rule.argv.join(' ')} />
          </p>
          <p class="card-foot">
            <span>{t('rules.bound', { used, uses: rule.uses, when: dateTime(rule.expiresAt) })}</span>
          </p>
          <SureButton
            label={t('rules.revoke')}
            question={t('rules.sure')}
            yes={t('rules.revoke')}
            onYes={() => onRevoke(id)}
          />
        </div>
      ))}
    </section>
  )
}
