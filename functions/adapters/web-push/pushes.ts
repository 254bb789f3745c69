import { Agent, request } from 'node:https'
import webPush from 'web-push'
import type { PushSubscription } from '#protocol/records.ts'
import { isPushEndpoint } from '../../domain/push-endpoint.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Pushes, PushOutcome } from '../../ports/pushes.ts'
import { declarative, isApple } from './declarative.ts'
import { type VapidKeys, vapidHeaders } from './vapid.ts'

const timeoutMs = 10_000

/** Web Push over https with connections kept open. Nothing is sent to an address that is not on the list, and no redirect is followed. */
export function webPushes(
  keys: VapidKeys,
  { clock, log, appOrigin }: { clock: Clock; log: Log; appOrigin: string },
): Pushes {
  const agent = new Agent({ keepAlive: true, maxSockets: 50 })
  const authorization = vapidHeaders(keys, clock.now)

  return {
    publicKey: keys.publicKey,

    async send(subscription, text, { ttl, urgency, topic }) {
      if (!isPushEndpoint(subscription.endpoint)) return 'refused'
      const url = new URL(subscription.endpoint)
      const sealed = encrypt(subscription, isApple(url) ? declarative(text, appOrigin) : text)
      if (!sealed) return 'gone'
      const headers = {
        TTL: String(ttl),
        Urgency: urgency,
        ...(topic ? { Topic: topic } : {}),
        Authorization: authorization(url.origin),
        'Content-Type': 'application/octet-stream',
        'Content-Encoding': 'aes128gcm',
        'Content-Length': String(sealed.length),
      }
      const status = await post(url, headers, sealed, agent).catch(() => 0)
      const outcome = outcomeOf(status)
      log.info('push', { service: url.hostname, status, outcome })
      return outcome
    },
  }
}

/** Null for keys that are no P-256 point and no secret: such a subscription can never be sent to. */
function encrypt({ keys }: PushSubscription, text: string): Buffer | null {
  try {
    return webPush.encrypt(keys.p256dh, keys.auth, text, 'aes128gcm').cipherText
  } catch {
    return null
  }
}

/** 401 and 403 mean that our own key or clock is wrong: deleting subscriptions for that would lose every device at once. */
function outcomeOf(status: number): PushOutcome {
  if (status >= 200 && status < 300) return 'sent'
  if (status === 404 || status === 410) return 'gone'
  return status === 0 || status === 429 || status >= 500 ? 'retry' : 'refused'
}

function post(url: URL, headers: Record<string, string>, body: Buffer, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, agent, timeout: timeoutMs }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
      response.on('error', reject)
    })
    sent.on('timeout', () => sent.destroy(new Error('push service does not answer')))
    sent.on('error', reject)
    sent.end(body)
  })
}
