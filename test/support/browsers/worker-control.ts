import type { BrowserContext, Page } from 'playwright-core'
import { createChanges, until } from '../wait.ts'

/** Chromium's own means to act on service workers (DevTools protocol, domain ServiceWorker). `scope` is the registration's URL. */
export type WorkerControl = {
  /** A push event with this text, without any push service. */
  deliverPush(scope: string, text: string): Promise<void>
  /** Ends all workers, as a phone does after half a minute. */
  stopWorkers(): Promise<void>
  /** A sync event; `isLastChance`: it is not tried again. */
  sync(scope: string, tag: string, isLastChance?: boolean): Promise<void>
  /** Resolves when the newest worker of the scope is in this state. */
  untilRunning(scope: string, state: 'running' | 'stopped'): Promise<void>
}

export async function workerControl(context: BrowserContext, page: Page): Promise<WorkerControl> {
  const session = await context.newCDPSession(page)
  const changes = createChanges()
  const registrations = new Map<string, string>()
  const states = new Map<string, string>()
  session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: updated }) => {
    for (const { scopeURL, registrationId, isDeleted } of updated) {
      if (isDeleted) registrations.delete(scopeURL)
      else registrations.set(scopeURL, registrationId)
    }
    changes.changed()
  })
  session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    for (const { registrationId, runningStatus } of versions) states.set(registrationId, runningStatus)
    changes.changed()
  })
  await session.send('ServiceWorker.enable')

  const find = async (scope: string) => {
    const registrationId = await until(() => registrations.get(scope), {
      what: () => `a service worker of ${scope}; there are: ${[...registrations.keys()].join(' ')}`,
      on: changes,
    })
    return { origin: new URL(scope).origin, registrationId }
  }
  return {
    async deliverPush(scope, text) {
      await session.send('ServiceWorker.deliverPushMessage', { ...(await find(scope)), data: text })
    },
    async stopWorkers() {
      await session.send('ServiceWorker.stopAllWorkers')
    },
    async sync(scope, tag, lastChance = false) {
      await session.send('ServiceWorker.dispatchSyncEvent', { ...(await find(scope)), tag, lastChance })
    },
    async untilRunning(scope, state) {
      const { registrationId } = await find(scope)
      await until(() => states.get(registrationId) === state, {
        what: `the worker of ${scope} to be ${state}`,
        on: changes,
      })
    },
  }
}
