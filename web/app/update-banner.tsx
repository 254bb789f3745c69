import { useEffect, useState } from 'preact/hooks'
import { t } from '../texts/all-texts.ts'
import { renewApp } from './renew-app.ts'

/** A newer release was fetched and waits until no page uses the old one: one tap takes it now. */
export function UpdateBanner() {
  const [waiting, setWaiting] = useState<ServiceWorker | null>(null)
  useEffect(() => {
    let gone = false
    void navigator.serviceWorker?.ready.then((registration) => {
      const look = () => {
        if (!gone && registration.active) setWaiting(registration.waiting)
      }
      look()
      registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look))
    })
    return () => {
      gone = true
    }
  }, [])
  if (!waiting) return null
  return (
    <div class="banner" role="status">
      {t('link.update')}{' '}
      <button type="button" class="text-button" onClick={() => void renewApp()}>
        {t('connection.reload')}
      </button>
    </div>
  )
}
