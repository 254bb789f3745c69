import { terminalStates } from '#protocol/records.ts'
import { t } from '../../texts/texts.ts'
import { useApp } from '../model/use-app.ts'
import { Icon } from '../parts/icon.tsx'
import { later } from '../parts/later.tsx'
import { Screen } from '../parts/layout.tsx'
import { WaitingView } from '../views/waiting.tsx'

const OtherTeams = later(() => import('./other-teams.tsx').then((it) => it.OtherTeams))
const PushNotice = later(() => import('./push-notice.tsx').then((it) => it.PushNotice))

export function WaitingScreen() {
  const { model } = useApp()
  return (
    <Screen
      title={t('waiting.title')}
      action={
        model.cards.value.size > 0 || model.tasks.value.length > 0 ? (
          <a class="bar-action" href="/new" aria-label={t('waiting.newTask')}>
            <Icon name="plus" />
          </a>
        ) : null
      }
    >
      <OtherTeams />
      <WaitingView
        needs={model.needs.value}
        known={model.needsKnown.value}
        together={model.together.value}
        onTheirWay={model.onTheirWay.value}
        running={model.tasks.value.filter(({ head }) => !terminalStates.has(head.state))}
        hosts={model.hosts.value}
        others={model.others.value}
        unreadable={model.unreadable.value}
        notForUs={model.notForUs.value}
        now={model.now.value}
      />
      <PushNotice />
    </Screen>
  )
}
