import { render } from 'preact'
import { placeOfTeam } from '../service-worker/open-place.ts'
import { openWebDevice } from '../shared/open-web-device.ts'
import { takeTapped } from '../shared/tapped.ts'
import { pairedOf, readTeams, showTeam } from '../shared/web-teams.ts'
import { speakOnPage } from '../texts/speak-on-page.ts'
import { t } from '../texts/texts.ts'
import { App, loadAhead } from './app.tsx'
import { Boundary } from './boundary.tsx'
import { hearPlaces } from './hear-places.ts'
import { hearInstallOffer } from './model/install.ts'
import { openModel } from './model/open-model.ts'
import { AppContext } from './model/use-app.ts'
import { openRouter } from './router.ts'

hearInstallOffer(window)
const takePlaces = hearPlaces(navigator.serviceWorker)
const root = document.querySelector('#app') as HTMLElement
await takeTeam()
const isPushed = new URL(location.href).searchParams.has('pushed')
if (isPushed) history.replaceState(history.state, '', location.pathname)
const teams = await readTeams().catch(() => ({ shown: '', all: [] }))
const { shown } = teams
const device = await openWebDevice(shown).catch(() => null)
await speakOnPage(device?.ok ? device.value.context.store : null)
if (device?.ok) await start(device.value)
else {
  const { sentenceOf } = await import('../texts/all-texts.ts')
  render(
    <main class="screen">
      <h1>{t('app')}</h1>
      <p role="alert">
        {t('damaged')} {device && sentenceOf(device.code)}
      </p>
    </main>,
    root,
  )
}

/** A notification may lead to another team than the one that was shown last. */
async function takeTeam(): Promise<void> {
  const url = new URL(location.href)
  const team = url.searchParams.get('team')
  if (team === null) return
  await showTeam(team).catch(() => undefined)
  history.replaceState(history.state, '', url.pathname)
}

async function start(opened: Parameters<typeof openModel>[0]): Promise<void> {
  const router = openRouter(window)
  const model = openModel(opened, shown)
  if (!opened.team() && router.place.value.at !== 'pair') router.go('/pair', { replace: true })
  await model.recall()
  // Also where it has led already: the next start has nothing to do with it.
  const tapped = await takeTapped(opened.context.store, isPushed).catch(() => null)
  if (tapped !== null && router.place.value.at === 'waiting') router.go(tapped, { replace: true })
  // The frame was for the time until now: what is rendered need not take all of it over.
  root.replaceChildren()
  render(
    <AppContext.Provider value={{ model, router, isInSeveral: pairedOf(teams).length > 1 }}>
      <Boundary>
        <App />
      </Boundary>
    </AppContext.Provider>,
    root,
  )
  if (opened.team()) {
    void model.askNeeds()
    model.connect()
  }

  takePlaces(({ open, team = shown }) => {
    // It has led where it should.
    void takeTapped(opened.context.store, false).catch(() => null)
    if (team === shown) router.go(open)
    else location.assign(placeOfTeam(open, team))
  })
  const wake = () => {
    if (document.visibilityState === 'visible' && opened.team()) model.wake()
  }
  document.addEventListener('visibilitychange', wake)
  window.addEventListener('online', wake)
  // The browser knows it before the connection does, which finds out by its next ping.
  window.addEventListener('offline', () => model.takeOffline())
  loadAhead()
  const { onceStarted } = await import('./once-started.ts')
  await onceStarted(model, shown)
}
