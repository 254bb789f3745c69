import { useEffect, useState } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'
import type { Entry } from '../model/history.ts'
import { readHistory } from '../model/history.ts'
import { useApp } from '../model/use-app.ts'
import { Screen } from '../parts/layout.tsx'
import { HistoryView } from '../views/history.tsx'
import { hostNameOf } from '../views/host-name.ts'

export function HistoryScreen() {
  const { model, router } = useApp()
  const [entries, setEntries] = useState<readonly Entry[] | null>(null)
  const hosts = model.hosts.value
  useEffect(() => {
    void readHistory(model.device.context.store, (hostId) => hostNameOf(hosts, hostId)).then(setEntries)
  }, [hosts])
  return (
    <Screen title={t('history.title')} back={router.back}>
      {entries === null ? <p class="quiet">{t('loading')}</p> : <HistoryView entries={entries} now={model.now.value} />}
    </Screen>
  )
}
