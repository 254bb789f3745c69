import type { PushParts } from '#protocol/envelope.ts'
import type { PushSubscription } from '#protocol/records.ts'

/** What became of a push: `gone` deletes the subscription; `retry` is tried again; `refused` is our own fault and changes nothing. */
export type PushOutcome = 'sent' | 'gone' | 'retry' | 'refused'

/** Web Push, RFC 8030, with payload encryption of RFC 8291 and VAPID of RFC 8292. */
export type Pushes = {
  /** The relay's application server key, base64url. */
  publicKey: string
  /** `text` ≤ 3,993 characters; `ttl` in seconds. */
  send(
    subscription: PushSubscription,
    text: string,
    options: Pick<PushParts, 'ttl' | 'urgency' | 'topic'>,
  ): Promise<PushOutcome>
}
