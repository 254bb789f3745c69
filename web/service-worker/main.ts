import type { Device } from '#client/open-device.ts'
import type { PushView } from '#client/open-push.ts'
import type { Result } from '#protocol/errors.ts'
import { refused } from '#protocol/errors.ts'
import { sealedTextOf } from '#protocol/push-message.ts'
import { post } from '../shared/bulletin.ts'
import { knownWaitingCards } from '../shared/known.ts'
import { readNotifySettings } from '../shared/notify-settings.ts'
import { openWebDevice } from '../shared/open-web-device.ts'
import { wasPaired } from '../shared/paired-mark.ts'
import { keepShared } from '../shared/shared-pictures.ts'
import { subscribePush } from '../shared/subscribe-push.ts'
import { notePushed, noteTapped } from '../shared/tapped.ts'
import { readTeams } from '../shared/web-teams.ts'
import { speakInWorker } from '../texts/speak-in-worker.ts'
import { sentenceOf } from '../texts/texts.ts'
import { t } from '../texts/worker-texts.ts'
import type { AnswerPorts } from './answer-approval.ts'
import { answerApproval, flushKept } from './answer-approval.ts'
import { noteOfDigest, showingOf } from './digest.ts'
import type { Note, NoteData } from './note.ts'
import { isAnswer, look, noteOfCleared, noteOfPush, noteOfRefusal } from './note.ts'
import { openPlace } from './open-place.ts'
import { replaceLapsed } from './replace-lapsed.ts'
import { hushed, isSeen } from './seen-place.ts'
import type { Shell } from './shell-cache.ts'
import { answerFromShell, dropOtherShells, keepShell, pictureFromShell, shellFileFor } from './shell-cache.ts'

/** Put in by the build. */
declare const SHELL: Shell

/** Background Sync is in no standard that TypeScript knows. */
type Syncing = { sync?: { register(tag: string): Promise<void> } }
type SyncEvent = ExtendableEvent & { tag: string }

const worker = globalThis as unknown as ServiceWorkerGlobalScope
const SYNC = 'decisions'

const picture = (path: string) => pictureFromShell(worker.caches, SHELL, path)

const ports: AnswerPorts = {
  async show({ title, options }: Note) {
    const [icon, badge] = await Promise.all([picture(look.icon), picture(look.badge)])
    await worker.registration.showNotification(title, { ...options, icon, badge })
  },
  changed(id) {
    post({ type: 'approval', id })
    // Now, not when its receipt has come: what was answered waits no more.
    void setBadge().catch(() => undefined)
  },
  async syncLater() {
    try {
      await (worker.registration as Syncing).sync?.register(SYNC)
      return 'sync' in worker.registration
    } catch {
      return false
    }
  },
}

worker.addEventListener('install', (event) => event.waitUntil(keepShell(worker.caches, SHELL)))

worker.addEventListener('activate', (event) =>
  event.waitUntil(dropOtherShells(worker.caches, SHELL).then(() => worker.clients.claim())),
)

worker.addEventListener('message', (event) => {
  if (event.data === 'update') void worker.skipWaiting()
  // A page was opened or shown again.
  if (event.data === 'look') event.waitUntil(withEach(tidy).finally(setBadge))
})

worker.addEventListener('fetch', (event) => {
  const { method, url } = event.request
  if (method === 'POST' && url === `${worker.location.origin}/share`) {
    const kept = event.request.formData().then((form) => keepShared(worker.caches, form))
    return event.respondWith(kept.then(() => Response.redirect('/new', 303)))
  }
  const file = shellFileFor(event.request, worker.location.origin, SHELL)
  if (file !== null) event.respondWith(answerFromShell(worker.caches, SHELL, file, event.request))
})

worker.addEventListener('push', (event) => event.waitUntil(onPush(textOf(event))))

worker.addEventListener('notificationclick', (event) => {
  const { action, notification } = event
  const { approvalId, whole, place = '/', team } = notification.data as NoteData
  notification.close()
  if (approvalId !== null && isAnswer(action)) {
    const answer = (device: Device) => answerApproval(device, action, { approvalId, whole }, portsOf(team))
    const failed = (sentence: string) => portsOf(team).show(noteOfRefusal(approvalId, sentence))
    event.waitUntil(
      withDevice(team, answer, () => failed(sentenceOf('state_damaged'))).catch(() => failed(t('push.broken'))),
    )
  } else {
    const path = approvalId === null ? place : `/approval/${approvalId}`
    const noted = withDevice(team, (device) => noteTapped(device.context.store, path)).catch(() => undefined)
    event.waitUntil(openPlace(worker.clients, { path, team, noted }))
  }
})

worker.addEventListener('pushsubscriptionchange', (event) =>
  (event as ExtendableEvent).waitUntil(
    withEach(async (device) => {
      await subscribePush(device, worker.registration.pushManager)
      post({ type: 'subscription' })
    }),
  ),
)

worker.addEventListener('sync' as 'message', (event) => {
  const { tag } = event as unknown as SyncEvent
  if (tag === SYNC) (event as unknown as SyncEvent).waitUntil(withEach(flushOrFail))
})

/** A declarative push shows itself with the event, with our text beside its words; where a browser hands on the bytes, it is in them. */
function textOf(event: PushEvent): string {
  const { notification } = event as { notification?: { data?: unknown } }
  return typeof notification?.data === 'string' ? notification.data : sealedTextOf(event.data?.text() ?? '')
}

/** Whatever a push holds, something is shown; what was not verified is not. It is the team's to whose key it is sealed. */
async function onPush(text: string): Promise<void> {
  const start = performance.now()
  const { place, device, opened } = await openByAny(text)
  await showOrHush(await noteFor(device, opened), portsOf(place))
  performance.measure('push-shown', { start })
  if (opened.ok) tellPage(opened.value)
  if (!device.ok) return
  const { store } = device.value.context
  if (opened.ok && opened.value.kind === 'approval') await notePushed(store, opened.value.card.id)
  await store.put('app/push-received', Date.now())
  await flushKept(device.value, portsOf(place))
  await device.value.flushPosts()
  await withEach(tidy)
  await setBadge()
}

/** That a task has ended is no news to who has it before their eyes: then without a sound. */
async function showOrHush(note: Note, { show }: AnswerPorts): Promise<void> {
  const { endedTask, place = '/' } = note.options.data
  await show(endedTask && (await isSeen(worker.clients, place)) ? hushed(note) : note)
}

type Opened = { place: string; device: Result<Device>; opened: Result<PushView> }

async function openByAny(text: string): Promise<Opened> {
  const { shown, all } = await readTeams().catch(() => ({ shown: undefined, all: [] }))
  let last: Opened | null = null
  for (const place of [shown, ...all.map((team) => team.place).filter((place) => place !== shown)]) {
    const device = await openSafely(place)
    const opened = device.ok ? await device.value.openPush(text).catch(() => refused('envelope_unreadable')) : device
    const tried = { place: place ?? '', device, opened }
    if (opened.ok) return tried
    last ??= tried
  }
  return last as Opened
}

/** What a push shows: by itself, or counted in the silent digest where the person wants it so. */
async function noteFor(device: Result<Device>, opened: Result<PushView>): Promise<Note> {
  if (!device.ok || !opened.ok) {
    const isCleared = !opened.ok && opened.code === 'not_paired' && (await wasPaired().catch(() => false))
    return isCleared ? noteOfCleared() : noteOfPush(opened)
  }
  const { value: view } = opened
  const settings = await readNotifySettings(device.value.context.store)
  const tag = 'card' in view ? view.card.id : ''
  const isShown = tag !== '' && (await worker.registration.getNotifications({ tag })).length > 0
  const showing = showingOf(view, settings, isShown, new Date())
  if (showing === 'counted') return noteOfDigest(await knownWaitingCards(device.value))
  return showing === 'hushed' ? hushed(noteOfPush(opened)) : noteOfPush(opened)
}

function tellPage(view: PushView): void {
  if (view.kind === 'check') post({ type: 'push-check', id: view.id })
  else if ('card' in view || view.kind === 'notice')
    ports.changed(view.kind === 'notice' ? view.approvalId : view.card.id)
}

async function setBadge(): Promise<void> {
  let count = 0
  await withEach(async (device) => {
    count += (await knownWaitingCards(device)).length
  })
  await worker.navigator.setAppBadge?.(count)
}

/** Replaces what still asks and can't be answered any more. */
async function tidy(device: Device, place: string): Promise<void> {
  const { shown } = await readTeams()
  const notes = await worker.registration.getNotifications()
  // A notification without a team is of the one that is shown.
  const own = notes.filter(({ data }) => ((data as NoteData).team ?? shown) === place)
  await replaceLapsed(device, own, portsOf(place).show)
}

/** Thrown for the browser, which then tries again later by itself. */
async function flushOrFail(device: Device): Promise<void> {
  const waiting = (await flushKept(device, ports)) + (await device.flushPosts()).length
  if (waiting > 0) throw new Error(`${waiting} things wait for the relay`)
}

async function withDevice(
  place: string | undefined,
  run: (device: Device) => Promise<void>,
  failed = async () => {},
): Promise<void> {
  const device = await openSafely(place)
  await (device.ok ? run(device.value) : failed())
}

/** For every team of this browser, one after another. What one of them throws is thrown when all had their turn. */
async function withEach(run: (device: Device, place: string) => Promise<void>): Promise<void> {
  const { all } = await readTeams()
  const ended = []
  for (const { place } of all)
    ended.push(...(await Promise.allSettled([withDevice(place, (device) => run(device, place))])))
  const broken = ended.find((end) => end.status === 'rejected')
  if (broken) throw broken.reason
}

/** Storage that the browser has cleared or locked makes IndexedDB throw; a push has to show something even then. */
async function openSafely(place?: string): Promise<Result<Device>> {
  try {
    const device = await openWebDevice(place)
    if (device.ok) await speakInWorker(device.value.context.store)
    return device
  } catch {
    return refused('state_damaged')
  }
}

/** Notifications know their team: a tap answers with its keys, and opens it. */
function portsOf(team: string | undefined): AnswerPorts {
  if (!team) return ports
  const show = ({ title, options }: Note) =>
    ports.show({ title, options: { ...options, data: { ...options.data, team } } })
  return { ...ports, show }
}
