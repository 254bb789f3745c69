import { t } from '../../texts/all-texts.ts'
import { installOffer } from '../model/install.ts'
import { isIos } from '../model/push-state.ts'
import { Icon } from '../parts/icon.tsx'
import { Section } from '../parts/layout.tsx'

/** How the app gets onto the phone's home screen; on an iPhone notifications come only there. */
export function InstallSteps() {
  const offer = isIos() ? null : installOffer.value
  const steps = isIos()
    ? [t('install.iosShare'), t('install.iosAdd'), t('install.iosOpen')]
    : [t('install.menu'), t('install.add'), t('install.open')]
  return (
    <Section title={t('install.title')}>
      <p>{isIos() ? t('install.iosWhy') : t('install.why')}</p>
      {offer ? (
        <button
          type="button"
          class="button button-primary"
          onClick={() => {
            installOffer.value = null
            void offer.prompt()
          }}
        >
          <Icon name="plus" /> {t('install.now')}
        </button>
      ) : (
        <ol class="steps-list">
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
    </Section>
  )
}
