import { t } from '../../texts/all-texts.ts'
import { dateTime } from '../../texts/times.ts'
import { leaveShownTeam } from '../model/leave-shown-team.ts'
import { useApp } from '../model/use-app.ts'
import { Notice, Screen, Section } from '../parts/layout.tsx'
import { SureButton } from '../parts/sure-button.tsx'

/** The trust log has two branches: nothing is decided from here any more, and this is the way out. */
export function FrozenScreen() {
  const { model } = useApp()
  const { device } = model
  const fork = device.context.team.fork()
  return (
    <Screen title={t('frozen.title')}>
      <Notice kind="warning">{t('frozen.what')}</Notice>
      <p>{t('frozen.why')}</p>
      {fork && <p class="quiet">{t('frozen.when', { when: dateTime(fork.at), n: fork.n })}</p>}
      <Section title={t('frozen.out')}>
        <ol class="stack">
          <li>
            {t('frozen.reset')} <code class="code">countersign team reset</code>
          </li>
          <li>{t('frozen.forgetHint')}</li>
          <li>{t('frozen.pair')}</li>
        </ol>
        <SureButton
          label={t('frozen.forget')}
          question={t('frozen.sure')}
          yes={t('frozen.forget')}
          onYes={() => leaveShownTeam(model)}
        />
      </Section>
    </Screen>
  )
}
