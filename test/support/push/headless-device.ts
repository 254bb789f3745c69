import type { PushSubscription } from '#protocol/records.ts'
import { type Changes, until } from '../wait.ts'
import type { PushMessage, Registrations } from './registrations.ts'

export type PushDelivery = Omit<PushMessage, 'expiresAt'> & { receivedAt: number }

/** A device that only receives: a browser's push client without the browser. */
export type HeadlessDevice = {
  /** As `PushSubscription.toJSON()` of a browser: what the relay is told. */
  subscription: PushSubscription
  /** All that came, the oldest first. */
  received(): readonly PushDelivery[]
  /** The first delivery that `next` didn't return before; waits for it. */
  next(timeoutMs?: number): Promise<PushDelivery>
  /** Away, messages wait at the service for their TTL; back, they come. */
  setAway(isAway: boolean): void
  /** The endpoint answers 410 from now on. */
  unsubscribe(): void
}

type Options = {
  keys: { p256dh: string; auth: string; applicationServerKey?: string }
  origin: string
  registrations: Registrations
  changes: Changes & { changed(): void }
  now: () => number
}

/** Registers a device with the service and keeps what it is sent. */
export function headlessDevice({ keys, origin, registrations, changes, now }: Options): HeadlessDevice {
  const { p256dh, auth, applicationServerKey } = keys
  const deliveries: PushDelivery[] = []
  let taken = 0
  let away = false

  const token = registrations.add({
    key: applicationServerKey === undefined ? null : Buffer.from(applicationServerKey, 'base64url'),
    carrier: {
      send({ expiresAt: _, ...message }) {
        if (away) return false
        deliveries.push({ ...message, receivedAt: now() })
        registrations.acknowledge(message.id)
        changes.changed()
        return true
      },
    },
  })

  return {
    subscription: { endpoint: `${origin}/wpush/v2/${token}`, keys: { p256dh, auth } },
    received: () => deliveries,
    async next(timeoutMs = 30_000) {
      const delivery = await until(() => deliveries[taken], { what: 'a push', timeoutMs, on: changes })
      taken += 1
      return delivery
    },
    setAway(isAway) {
      away = isAway
      if (!away) registrations.resume(token)
    },
    unsubscribe: () => registrations.expire(token),
  }
}
