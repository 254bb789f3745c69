import type { Device } from '#client/open-device.ts'
import type { ErrorCode } from '#protocol/errors.ts'
import { onBulletin } from '../../shared/bulletin.ts'

/** What became of a check: it was shown after so many milliseconds, it did not come in time, or it could not be sent. */
export type PushChecked = { is: 'arrived'; ms: number } | { is: 'missing' } | { is: 'refused'; code: ErrorCode }

const WITHIN_MS = 30_000

/** Sends this device a real push and waits until its worker has shown it. */
export async function checkPush(device: Device): Promise<PushChecked> {
  const startedAt = performance.now()
  const shown: string[] = []
  let heard = () => {}
  // It may be shown before the relay's answer is here.
  const stop = onBulletin((bulletin) => {
    if (bulletin.type !== 'push-check') return
    shown.push(bulletin.id)
    heard()
  })
  try {
    const sent = await device.checkPush()
    if (!sent.ok) return { is: 'refused', code: sent.code }
    const arrived = await new Promise<boolean>((resolve) => {
      heard = () => shown.includes(sent.value) && resolve(true)
      heard()
      setTimeout(() => resolve(false), WITHIN_MS)
    })
    return arrived ? { is: 'arrived', ms: Math.round(performance.now() - startedAt) } : { is: 'missing' }
  } finally {
    stop()
  }
}
