import { keepMarks } from '../shared/paired-mark.ts'
import { readTeams } from '../shared/web-teams.ts'
import { lookAtNotes } from './look-at-notes.ts'
import { keepBadge } from './model/keep-badge.ts'
import type { Model } from './model/open-model.ts'
import { mendSubscription, onPushPermission } from './model/push-state.ts'
import { registerWorker } from './register-worker.ts'
import { lookForRelease } from './renew-app.ts'

/** All that an opened app does beside being shown. It loads after the first screen. */
export async function onceStarted({ device, ...model }: Model, shown: string): Promise<void> {
  keepBadge(model)
  const seen = () => {
    if (document.visibilityState !== 'visible' || !device.team()) return
    lookAtNotes()
    void lookForRelease()
  }
  document.addEventListener('visibilitychange', seen)
  window.addEventListener('online', seen)
  await registerWorker()
  lookAtNotes()
  if (!device.team()) return
  onPushPermission(() => void mendSubscription(device))
  await mendSubscription(device)
  await keepMarks([shown, ...(await readTeams()).all.filter(({ name }) => name !== '').map(({ place }) => place)])
}
