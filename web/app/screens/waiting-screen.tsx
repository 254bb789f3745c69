import type { ApprovalCard } from '#client/read-approval.ts'
import { terminalStates } from '#protocol/records.ts'
import { t } from '../../texts/texts.ts'
import { useApp } from '../model/use-app.ts'
import { Icon } from '../parts/icon.tsx'
import { later } from '../parts/later.tsx'
import { Screen } from '../parts/layout.tsx'
import { WaitingView } from '../views/waiting.tsx'
import { TeamsRoom } from './teams-room.tsx'

const HostChips = later(() => import('./host-chips.tsx').then((it) => it.HostChips))
const PushNotice = later(() => import('./push-notice.tsx').then((it) => it.PushNotice))

export function WaitingScreen() {
  const { model } = useApp()
  const only = model.onlyHost.value
  const ofHost = (cards: readonly ApprovalCard[]) =>
    cards.filter(({ approval }) => only === null || approval.host === only)
  const needs = ofHost(model.needs.value)
  const onTheirWay = ofHost(model.onTheirWay.value)
  // A task whose question stands above is not listed a second time.
  const asking = new Set(needs.map(({ approval }) => approval.task))
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
      <TeamsRoom />
      {model.hosts.value.length > 1 && (
        <div class="chips-room">
          <HostChips of="waiting" isEmpty={needs.length === 0 && onTheirWay.length === 0} />
        </div>
      )}
      <WaitingView
        needs={needs}
        known={model.needsKnown.value}
        isNarrowed={only !== null}
        together={model.together.value.filter(({ cards }) => ofHost(cards).length === cards.length)}
        onTheirWay={onTheirWay}
        running={model.tasks.value.filter(
          ({ head }) =>
            !terminalStates.has(head.state) && !asking.has(head.id) && (only === null || head.hostId === only),
        )}
        hosts={model.hosts.value}
        others={ofHost(model.others.value)}
        unreadable={model.unreadable.value}
        notForUs={model.notForUs.value}
        now={model.now.value}
      />
      <PushNotice />
    </Screen>
  )
}
