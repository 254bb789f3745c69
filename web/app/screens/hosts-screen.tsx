import { useEffect } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'
import { useApp } from '../model/use-app.ts'
import { Screen } from '../parts/layout.tsx'
import { HostsView } from '../views/hosts.tsx'

/** Presence is only asked for while somebody looks. Milliseconds. */
const LOOK_MS = 30_000

export function HostsScreen() {
  const { model } = useApp()
  useEffect(() => {
    void model.refresh()
    const timer = setInterval(() => void model.refresh(), LOOK_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <Screen title={t('hosts.title')}>
      <HostsView hosts={model.hosts.value} isPresenceKnown={model.isFresh.value} now={model.now.value} />
    </Screen>
  )
}
