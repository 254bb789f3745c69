import { useEffect, useState } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'
import type { History } from '../model/history.ts'
import { readHistory } from '../model/history.ts'
import { useApp } from '../model/use-app.ts'
import { Screen } from '../parts/layout.tsx'
import { HistoryView } from '../views/history.tsx'
import { hostNameOf } from '../views/host-name.ts'
import { namesOf } from '../views/names.ts'

export function HistoryScreen() {
  const { model, router } = useApp()
  const [history, setHistory] = useState<History | null>(null)
  const hosts = model.hosts.value
  const team = model.team.value
  const names = namesOf(hosts)
  const hostName = (hostId: string) => hostNameOf(hosts, hostId)
  const { device } = model
  const states = new Map(model.tasks.value.map(({ head }) => [head.id, head.state]))
  useEffect(() => {
    const self = { device: device.kid, person: team?.keys.get(device.kid)?.rights?.person ?? null }
    void readHistory(device.context.store, { hostName, names, self }).then(setHistory)
  }, [hosts, team])
  return (
    <Screen title={t('history.title')} back={router.back}>
      {history === null ? (
        <p class="quiet">{t('loading')}</p>
      ) : (
        <HistoryView {...history} taskStates={states} hostName={hostName} names={names} now={model.now.value} />
      )}
    </Screen>
  )
}
