import { useEffect, useState } from 'preact/hooks'
import type { ErrorCode } from '#protocol/errors.ts'
import { terminalStates } from '#protocol/records.ts'
import { t } from '../../texts/texts.ts'
import type { PushState } from '../model/push-state.ts'
import { onPushPermission, readPushState, turnOnPush } from '../model/push-state.ts'
import { useApp } from '../model/use-app.ts'
import { Icon } from '../parts/icon.tsx'
import { later } from '../parts/later.tsx'
import { Notice, Screen } from '../parts/layout.tsx'
import { WaitingView } from '../views/waiting.tsx'

const OtherTeams = later(() => import('./other-teams.tsx').then((it) => it.OtherTeams))
const RefusalWords = later(() => import('./refusal-words.tsx').then((it) => it.RefusalWords))

export function WaitingScreen() {
  const { model } = useApp()
  const [push, setPush] = useState<PushState>('on')
  const [refusal, setRefusal] = useState<ErrorCode | null>(null)
  useEffect(() => {
    const look = () => void readPushState().then(setPush)
    look()
    return onPushPermission(look)
  }, [])
  const turnOn = () =>
    void turnOnPush(model.device).then(async (turned) => {
      setRefusal(turned.ok ? null : turned.code)
      setPush(await readPushState())
    })
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
      {refusal !== null && (
        <Notice kind="warning">
          <RefusalWords code={refusal} />
        </Notice>
      )}
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
        push={push}
        onTurnOnPush={turnOn}
      />
    </Screen>
  )
}
