import webPush from 'web-push'

/** Keys of RFC 8292, base64url as browsers and `web-push` have them. `subject`: an https origin or a mailto address. */
export type VapidKeys = { publicKey: string; privateKey: string; subject: string }

export const generateVapidKeys = (): Omit<VapidKeys, 'subject'> => webPush.generateVAPIDKeys()

const lifeMs = 12 * 3_600_000

/**
 * VAPID headers, one for each push service's origin and kept for half of their life: signing anew for each push costs more than all the rest of it.
 */
export function vapidHeaders({ publicKey, privateKey, subject }: VapidKeys, now: () => number) {
  const kept = new Map<string, { header: string; renewAt: number }>()
  return (origin: string): string => {
    const before = kept.get(origin)
    if (before && now() < before.renewAt) return before.header
    const expiration = Math.floor((now() + lifeMs) / 1_000)
    const { Authorization: header } = webPush.getVapidHeaders(
      origin,
      subject,
      publicKey,
      privateKey,
      'aes128gcm',
      expiration,
    )
    // Origins are those of the endpoint allow-list: a handful, and Apple's and Microsoft's sub-domains.
    if (kept.size >= 100) kept.clear()
    kept.set(origin, { header, renewAt: now() + lifeMs / 2 })
    return header
  }
}
