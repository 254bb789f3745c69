import { visible } from '#client/display.ts'
import type { PushView } from '#client/open-push.ts'
import type { ApprovalCard } from '#client/read-approval.ts'
import type { NotifySettings } from '../shared/notify-settings.ts'
import { isLoud, kindOfTier } from '../shared/notify-settings.ts'
import { t } from '../texts/worker-texts.ts'
import type { Note } from './note.ts'
import { look } from './note.ts'

/** How a verified push is shown: by itself, by itself without a sound, or only counted in the digest. What was shown by itself (`shown`) is also replaced by itself. */
export function showingOf(
  view: PushView,
  settings: NotifySettings,
  shown: boolean,
  at: Date,
): 'aloud' | 'hushed' | 'counted' {
  if (isWanted(view, settings, at)) return 'aloud'
  return shown ? 'hushed' : 'counted'
}

function isWanted(view: PushView, settings: NotifySettings, at: Date): boolean {
  if (view.kind === 'ended') return isLoud(settings, { host: view.ended.host, kind: 'done', tier: null }, at)
  if (view.kind !== 'approval' && view.kind !== 'receipt') return true
  const { host, tier } = view.card.approval
  return isLoud(settings, { host, tier, kind: view.kind === 'receipt' ? 'outcome' : kindOfTier(tier) }, at)
}

/** One silent notification for all that waits: it counts, and is replaced by the next. */
export function noteOfDigest(waiting: readonly ApprovalCard[]): Note {
  const projects = [...new Set(waiting.map(({ approval }) => approval.project))]
  return {
    title: t('push.digest', { count: waiting.length }),
    options: {
      ...look,
      body: projects
        .slice(0, 4)
        .map((project) => visible(project))
        .join(', '),
      tag: 'digest',
      renotify: false,
      silent: true,
      data: { approvalId: null, whole: false },
    },
  }
}
