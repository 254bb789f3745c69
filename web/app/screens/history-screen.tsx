import { useEffect, useState } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'
import type { History } from '../model/history.ts'
import { readHistory } from '../model/history.ts'
import { useApp } from '../model/use-app.ts'
import { Screen } from '../parts/layout.tsx'
import { HistoryView } from '../views/history.tsx'
import { hostNameOf } from '../views/host-name.ts'

export function HistoryScreen() {
  const { model, router } = useApp()
  const [history, setHistory] = useState<History | null>(null)
  const hosts = model.hosts.value
  useEffect(() => {
    void readHistory(model.device.context.store, (hostId) => hostNameOf(hosts, hostId)).then(setHistory)
  }, [hosts])
  return (
    <Screen title={t('history.title')} back={router.back}>
      {history === null ? <p class="quiet">{t('loading')}</p> : <HistoryView {...history} now={model.now.value} />}
    </Screen>
  )
}
