import type { BrowserContext, Page } from 'playwright-core'
import { until } from './wait.ts'

type Badged = { badge?: number | undefined }

/** Notes what number a page sets at the app's icon, from its next load on: headless there is no icon to look at. */
export const notePageBadge = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    Object.assign(navigator, {
      setAppBadge: async (count: number) => {
        ;(globalThis as Badged).badge = count
      },
    })
  })

export const pageBadge = (page: Page): Promise<number | undefined> => page.evaluate(() => (globalThis as Badged).badge)

/** The same of the worker of this browser, from now on; returns how to read it. */
export async function noteWorkerBadge(context: BrowserContext): Promise<() => Promise<number | undefined>> {
  const worker = await until(() => context.serviceWorkers()[0], { what: 'a service worker' })
  await worker.evaluate(() => {
    Object.assign(navigator, {
      setAppBadge: async (count: number) => {
        ;(globalThis as Badged).badge = count
      },
    })
  })
  return () => worker.evaluate(() => (globalThis as Badged).badge)
}
