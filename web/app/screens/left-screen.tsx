import { t } from '../../texts/all-texts.ts'
import { Empty, Screen } from '../parts/layout.tsx'

/** Another tab has deleted what this browser had of the team: this one can do nothing more with it. */
export const LeftScreen = () => (
  <Screen title={t('left.title')}>
    <Empty title={t('left.what')}>
      <button type="button" class="button button-primary" onClick={() => window.location.replace('/')}>
        {t('pair.continue')}
      </button>
    </Empty>
  </Screen>
)
