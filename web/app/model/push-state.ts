import type { Device } from '#client/open-device.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { subscribePush } from '../../shared/subscribe-push.ts'
import { registerWorker } from '../register-worker.ts'
import { tellAddress } from './other-teams.ts'

/** `on`: allowed, and this browser has a push address. iOS has push for installed apps only. */
export type PushState = 'on' | 'off' | 'denied' | 'needs-install' | 'unsupported'

export const isIos = (): boolean =>
  /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === 'MacIntel' && navigator.maxTouchPoints > 1)
export const isInstalled = (): boolean => matchMedia('(display-mode: standalone)').matches

export async function readPushState(): Promise<PushState> {
  if (!('PushManager' in globalThis) || !('Notification' in globalThis))
    return isIos() && !isInstalled() ? 'needs-install' : 'unsupported'
  if (Notification.permission === 'denied') return 'denied'
  if (Notification.permission !== 'granted') return 'off'
  const registration = await navigator.serviceWorker.getRegistration()
  return (await registration?.pushManager.getSubscription()) ? 'on' : 'off'
}

/** Noted while the relay has this device's address, so that it is told when the permission was taken back. */
const TOLD = 'app/push-on'

/** Calls back when the permission may have been given or taken back: when the browser tells, and when one comes back from its settings. Returns how to stop. */
export function onPushPermission(changed: () => void): () => void {
  const stopped = new AbortController()
  const { signal } = stopped
  document.addEventListener('visibilitychange', changed, { signal })
  // The answer may come when nobody listens any more; an event that was called off before it was asked for never is heard.
  void navigator.permissions
    ?.query({ name: 'notifications' })
    .then((status) => status.addEventListener('change', changed, { signal }))
    .catch(() => undefined)
  return () => stopped.abort()
}

/** Asks for permission (call it from a tap), subscribes, and tells the relay. Errors: `push_denied`, `push_unsupported`, `push_gone`, `push_endpoint_refused`, those of the calls. */
export async function turnOnPush(device: Device): Promise<Result<void>> {
  if ((await Notification.requestPermission()) !== 'granted') return refused('push_denied')
  if (!(await registerWorker())) return refused('push_unsupported')
  const registration = await navigator.serviceWorker.ready
  const subscribed = await subscribePush(device, registration.pushManager)
  if (!subscribed.ok) return subscribed
  await device.context.store.put(TOLD, true)
  await tellAddress(true)
  return ok(undefined)
}

export async function turnOffPush(device: Device): Promise<Result<void>> {
  const registration = await navigator.serviceWorker.getRegistration()
  await (await registration?.pushManager.getSubscription())?.unsubscribe()
  await tellAddress(false)
  await device.context.store.delete(TOLD)
  return device.unsubscribe()
}

/** At each start and change: the relay is told the present address again, which mends whatever it has lost; or that there is none any more. */
export async function mendSubscription(device: Device): Promise<void> {
  const { store } = device.context
  if ((await readPushState()) !== 'on') {
    if (!(await store.get(TOLD))) return
    const told = await device.unsubscribe()
    if (told.ok) await store.delete(TOLD)
    return tellAddress(false)
  }
  const registration = await navigator.serviceWorker.ready
  const told = await subscribePush(device, registration.pushManager)
  if (told.ok) await store.put(TOLD, true)
  await tellAddress(true)
}
