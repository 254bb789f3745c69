import { t } from '../../texts/all-texts.ts'
import { leaveShownTeam } from '../model/leave-shown-team.ts'
import { useApp } from '../model/use-app.ts'
import { Notice, Screen, Section } from '../parts/layout.tsx'
import { SureButton } from '../parts/sure-button.tsx'

/**
 * The relay does not let this phone in any more. Where an owner's signed entry says so too it was removed; else it is the relay's word alone, which may be its own fault.
 */
export function RemovedScreen() {
  const { model } = useApp()
  const { device } = model
  const isSigned = (model.team.value?.keys.get(device.kid)?.removedAt ?? null) !== null
  return (
    <Screen title={t('removed.title')}>
      <Notice kind="warning">{t(isSigned ? 'removed.signed' : 'removed.said')}</Notice>
      {!isSigned && (
        <button type="button" class="button" onClick={() => device.connect().wake()}>
          {t('again')}
        </button>
      )}
      <Section title={t('frozen.out')}>
        <p>{t('removed.out')}</p>
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
