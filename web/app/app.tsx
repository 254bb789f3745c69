import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../texts/texts.ts'
import { useApp } from './model/use-app.ts'
import { Icon } from './parts/icon.tsx'
import { later } from './parts/later.tsx'
import { Empty, Screen } from './parts/layout.tsx'
import type { Place } from './router.ts'
import { WaitingScreen } from './screens/waiting-screen.tsx'

const loadApproval = () => import('./screens/approval-screen.tsx').then((it) => it.ApprovalScreen)
const ApprovalScreen = later(loadApproval)
const Beside = later(() => import('./screens/beside.tsx').then((it) => it.Beside))
const Announcer = later(() => import('./screens/announcer.tsx').then((it) => it.Announcer))
/** Shown only in trouble, and when there is something new: neither is waited for. */
const ConnectionBanner = later(() => import('./connection-banner.tsx').then((it) => it.ConnectionBanner))
const FrozenScreen = later(() => import('./screens/frozen-screen.tsx').then((it) => it.FrozenScreen))
const HistoryScreen = later(() => import('./screens/history-screen.tsx').then((it) => it.HistoryScreen))
const HostsScreen = later(() => import('./screens/hosts-screen.tsx').then((it) => it.HostsScreen))
const InviteScreen = later(() => import('./screens/invite-screen.tsx').then((it) => it.InviteScreen))
const Newcomers = later(() => import('./screens/newcomers.tsx').then((it) => it.Newcomers))
const KeptScreen = later(() => import('./screens/kept-screen.tsx').then((it) => it.KeptScreen))
const LeftScreen = later(() => import('./screens/left-screen.tsx').then((it) => it.LeftScreen))
const NewTaskScreen = later(() => import('./screens/new-task-screen.tsx').then((it) => it.NewTaskScreen))
const PairScreen = later(() => import('./screens/pair-screen.tsx').then((it) => it.PairScreen))
const PasskeyScreen = later(() => import('./screens/passkey-screen.tsx').then((it) => it.PasskeyScreen))
const PeopleScreen = later(() => import('./screens/people-screen.tsx').then((it) => it.PeopleScreen))
const RemovedScreen = later(() => import('./screens/removed-screen.tsx').then((it) => it.RemovedScreen))
const SettingsScreen = later(() => import('./screens/settings-screen.tsx').then((it) => it.SettingsScreen))
const TaskScreen = later(() => import('./screens/task-screen.tsx').then((it) => it.TaskScreen))
const TasksScreen = later(() => import('./screens/tasks-screen.tsx').then((it) => it.TasksScreen))
const TogetherScreen = later(() => import('./screens/together-screen.tsx').then((it) => it.TogetherScreen))

const UpdateBanner = later(() => import('./update-banner.tsx').then((it) => it.UpdateBanner))

/** The screen that opens next, most likely: it is there before it is asked for. */
export const loadAhead = (): void => void loadApproval().catch(() => undefined)

export function App() {
  const { model, router } = useApp()
  const place = router.place.value
  const isPaired = model.team.value !== null
  const isWide = useWide()
  if (model.isLeft.value) return <LeftScreen />
  // Somebody who is not paired yet can do only this; the screen stays for its last words when it is done.
  if (place.at === 'pair' || !isPaired) return <PairScreen link={place.at === 'pair' ? place.link : null} />
  const screen = () => (isWide && hasList(place.at) ? <Beside place={place} screenAt={screenAt} /> : screenAt(place))
  return (
    <div class="frame">
      <button type="button" class="button skip" onClick={toContent}>
        {t('skip')}
      </button>
      <Tabs at={place.at} />
      <div class="content">
        <UpdateBanner />
        <ConnectionBanner />
        <Announcer />
        <Newcomers />
        {stillReads.has(place.at) ? (
          screen()
        ) : model.isFrozen.value ? (
          <FrozenScreen />
        ) : model.isOut.value ? (
          <RemovedScreen />
        ) : (
          screen()
        )}
      </div>
    </div>
  )
}

/** Where a list and what is opened from it have room beside one another. */
function useWide(): boolean {
  const [wide] = useState(() => window.matchMedia('(min-width: 64rem)'))
  const [isWide, setWide] = useState(wide.matches)
  useEffect(() => {
    wide.onchange = () => setWide(wide.matches)
  }, [wide])
  return isWide
}

/** The first two tabs are lists of what can be opened. */
const hasList = (at: Place['at']): boolean => tabs.slice(0, 2).some(([, , holds]) => holds.includes(at))

/** Over the tabs, to the title of the screen. */
const toContent = (): void => document.querySelector('h1')?.focus()

/** What can still be looked at when nothing may be decided any more. */
const stillReads: ReadonlySet<Place['at']> = new Set<Place['at']>([
  'tasks',
  'task',
  'history',
  'hosts',
  'settings',
  'people',
])

function screenAt(place: Place): JSX.Element {
  switch (place.at) {
    case 'waiting':
      return <WaitingScreen />
    case 'approval':
      return <ApprovalScreen key={place.id} id={place.id} />
    case 'together':
      return <TogetherScreen key={place.id} id={place.id} />
    case 'tasks':
      return <TasksScreen />
    case 'task':
      return <TaskScreen key={place.id} id={place.id} />
    case 'new':
      return <NewTaskScreen />
    case 'history':
      return <HistoryScreen />
    case 'hosts':
      return <HostsScreen />
    case 'people':
      return <PeopleScreen />
    case 'passkey':
      return <PasskeyScreen key={place.link} link={place.link} />
    case 'invite':
      return <InviteScreen />
    case 'kept':
      return <KeptScreen />
    case 'settings':
      return <SettingsScreen />
    case 'pair':
      return <PairScreen link={place.link} />
    case 'nowhere':
      return (
        <Screen title={t('notFound')}>
          <Empty title={t('notFound')}>
            <a class="button" href="/">
              {t('waiting.title')}
            </a>
          </Empty>
        </Screen>
      )
  }
}

const tabs: readonly [name: 'waiting' | 'tasks' | 'hosts' | 'settings', href: string, holds: readonly Place['at'][]][] =
  [
    ['waiting', '/', ['waiting', 'approval', 'together', 'kept']],
    ['tasks', '/tasks', ['tasks', 'task', 'new', 'history']],
    ['hosts', '/hosts', ['hosts', 'people', 'invite', 'passkey']],
    ['settings', '/settings', ['settings']],
  ]

function Tabs({ at }: { at: Place['at'] }) {
  const { model } = useApp()
  const count = model.needs.value.length
  return (
    <nav class="tab-bar">
      {tabs.map(([name, href, holds]) => (
        <a key={name} href={href} {...(holds.includes(at) ? { 'aria-current': 'page' } : {})}>
          <span class="tab-icon">
            <Icon name={name} />
            {name === 'waiting' && count > 0 && <span class="count">{count}</span>}
          </span>
          {t(`tabs.${name}`)}
        </a>
      ))}
    </nav>
  )
}
