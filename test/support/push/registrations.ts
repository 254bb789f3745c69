import { randomBytes } from 'node:crypto'

export type Urgency = 'very-low' | 'low' | 'normal' | 'high'

export type PushMessage = {
  id: string
  /** Seconds; 0: only if the device is there now. */
  ttl: number
  expiresAt: number
  urgency: Urgency
  topic: string | null
  /** As encrypted for the device; null: a push without a body. */
  body: Buffer | null
}

/** How a device gets its messages: `send` says whether it is there to be sent to. It answers by `acknowledge`. */
export type Carrier = { send(message: PushMessage): boolean }

export type Registration = {
  /** The last part of the endpoint. */
  token: string
  /** The application server's key, to which the subscription is bound; null: none. */
  key: Buffer | null
  isGone: boolean
  /** What the device hasn't acknowledged. */
  waiting: readonly PushMessage[]
}

type Held = Registration & { waiting: PushMessage[]; sent: Set<string>; carrier: Carrier }

/**
 * Subscriptions and what waits for their devices: messages are kept while a device is away, for their TTL, and one with a Topic replaces the one
 * before it that wasn't sent yet (RFC 8030 section 5.4).
 */
export function createRegistrations(now: () => number) {
  const held = new Map<string, Held>()

  const flush = (registration: Held) => {
    registration.waiting = registration.waiting.filter(({ expiresAt }) => expiresAt > now())
    for (const message of registration.waiting) {
      if (registration.sent.has(message.id)) continue
      registration.sent.add(message.id)
      // In doubt it was not sent: it waits for the device's return.
      if (!registration.carrier.send(message)) registration.sent.delete(message.id)
    }
  }

  return {
    add({ key, carrier, token = randomBytes(33).toString('base64url') }: NewRegistration): string {
      held.set(token, { token, key, carrier, isGone: false, waiting: [], sent: new Set() })
      return token
    },
    get: (token: string): Registration | undefined => held.get(token),
    /** Takes a message and sends it if the device is there. */
    accept(token: string, { ttl, ...fields }: Omit<PushMessage, 'id' | 'expiresAt'>): string {
      const registration = held.get(token)
      const id = randomBytes(12).toString('base64url')
      if (!registration) return id
      const message = { id, ttl, expiresAt: now() + ttl * 1_000, ...fields }
      if (ttl === 0) {
        registration.carrier.send(message)
        return id
      }
      if (message.topic !== null) {
        registration.waiting = registration.waiting.filter(
          (other) => other.topic !== message.topic || registration.sent.has(other.id),
        )
      }
      registration.waiting.push(message)
      flush(registration)
      return id
    },
    /** The device has it: it is not sent again. */
    acknowledge(messageId: string) {
      for (const registration of held.values()) {
        registration.sent.delete(messageId)
        registration.waiting = registration.waiting.filter(({ id }) => id !== messageId)
      }
    },
    /** The device is back: all that it didn't acknowledge is sent (again). */
    resume(token: string) {
      const registration = held.get(token)
      if (!registration || registration.isGone) return
      registration.sent.clear()
      flush(registration)
    },
    /** From now on its endpoint answers 410. */
    expire(token: string) {
      const registration = held.get(token)
      if (registration) Object.assign(registration, { isGone: true, waiting: [] })
    },
  }
}

export type NewRegistration = { key: Buffer | null; carrier: Carrier; token?: string }

export type Registrations = ReturnType<typeof createRegistrations>
