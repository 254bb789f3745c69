import type { HostStatus } from '#protocol/statements/status.ts'
import { t } from '../../texts/all-texts.ts'
import { dateTime } from '../../texts/exact-times.ts'
import { Exact } from '../parts/exact.tsx'
import { SureButton } from '../parts/sure-button.tsx'
import type { Names } from './names.ts'
import { ruleWords } from './operation-parts.ts'

type Props = {
  rules: NonNullable<HostStatus['rules']>
  names: Names
  onRevoke(id: string): Promise<void>
}

/** As many as a host tells of. */
const MOST = 20

/** What people let run on a host without being asked, and the way to take it back. */
export function StandingRules({ rules, names, onRevoke }: Props) {
  if (rules.length === 0) return null
  return (
    <section class="section">
      <h2>{t('rules.title')}</h2>
      {rules.map(({ id, rule, used, cwd, task, person }) => (
        <div key={id} class="rule">
          <p class="code">
            <Exact text={ruleWords(rule)} />
          </p>
          <p class="quiet">
            <Exact text={t('rules.where', { folder: cwd })} />
          </p>
          <p class="quiet">
            {person !== null && <Exact text={`${t('rules.by', { name: names.ofPerson(person) })} `} />}
            {task === null ? t('rules.everyTask') : <a href={`/task/${task}`}>{t('rules.oneTask')}</a>}
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
      {rules.length >= MOST && <p class="quiet">{t('rules.newest', { count: MOST })}</p>}
    </section>
  )
}
