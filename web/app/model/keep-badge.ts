import { effect, signal } from '@preact/signals'
import { onBulletin } from '../../shared/bulletin.ts'
import type { Model } from './open-model.ts'
import { countInOthers } from './other-teams.ts'

/**
 * Who has allowed it sees at the app's icon how many wait, over all teams of this phone: the same number that the worker counts from what is kept. The other teams' is counted at the
 * start, whenever somebody has looked at them, and when the worker has heard of something.
 */
export function keepBadge(model: Pick<Model, 'needs' | 'elsewhere'>): void {
  const others = signal(0)
  let isCounting = false
  let isOld = false
  // What changes while it is counted is counted after that: the last word is the newest.
  const look = async () => {
    isOld = true
    if (isCounting) return
    isCounting = true
    while (isOld) {
      isOld = false
      others.value = await countInOthers().catch(() => others.value)
    }
    isCounting = false
  }
  effect(() => void navigator.setAppBadge?.(model.needs.value.length + others.value).catch(() => undefined))
  effect(() => {
    model.elsewhere.value
    void look()
  })
  onBulletin(({ type }) => type === 'approval' && void look())
}
