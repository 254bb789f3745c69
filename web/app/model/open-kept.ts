import { signal } from '@preact/signals'
import type { Device } from '#client/open-device.ts'
import type { Post } from '#client/posts.ts'
import { post } from '../../shared/bulletin.ts'
import { keptDecisions } from '../../shared/known.ts'
import { syncLater } from './sync-later.ts'

/** What this phone keeps for the relay, as far as somebody has counted. */
export function openKept(device: Device) {
  /** How many decisions. */
  const kept = signal(0)
  /** Tasks and words to agents. */
  const posts = signal<readonly Post[]>([])
  /** Whether anything is still to be sent. */
  const isAnyKept = () => kept.value > 0 || posts.value.some(({ code }) => code === undefined)
  async function countKept(): Promise<void> {
    const [decisions, queued] = await Promise.all([keptDecisions(device), device.posts()])
    kept.value = decisions.length
    posts.value = queued
    if (isAnyKept()) void syncLater()
  }
  return {
    kept,
    posts,
    isAnyKept,
    countKept,
    /** Something was kept to be sent: this page counts it, and other tabs do. */
    async noteKept(): Promise<void> {
      post({ type: 'queue' })
      await countKept()
    },
  }
}
