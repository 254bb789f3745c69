import { type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Fcm } from '../push/fcm-service.ts'
import type { NotificationTray } from './notification-tray.ts'
import { environmentWith, openProfile } from './profile.ts'
import { type WorkerControl, workerControl } from './worker-control.ts'

/** A phone: its screen, touch, and the name of its browser. */
export const pixel = {
  viewport: { width: 412, height: 915 },
  deviceScaleFactor: 2.625,
  isMobile: true,
  hasTouch: true,
  userAgent:
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36',
} as const

export type Device = {
  viewport: { width: number; height: number }
  deviceScaleFactor: number
  isMobile: boolean
  hasTouch: boolean
  userAgent?: string
}

export type ChromiumOptions = {
  /** Its push service; absent: none, and subscribing fails. */
  fcm?: Pick<Fcm, 'args'>
  /** Where its notifications go; absent: to no tray. */
  tray?: Pick<NotificationTray, 'env'>
  /** Origins that may show notifications and sync in the background. Nothing else is granted anywhere. */
  origins?: readonly string[]
  device?: Device
  /** A folder that outlives this browser, to start another one on it. */
  profile?: string
  /** More switches. */
  args?: readonly string[]
}

export type Chromium = {
  /** Playwright's context: all that isn't here. */
  context: BrowserContext
  newPage(url?: string): Promise<Page>
  /** Service workers from outside: pushes without a push service, stopping, background sync. */
  workers(page: Page): Promise<WorkerControl>
  /** Cuts off pages and workers, not the push service (`fcm.setReachable` does that). */
  setOffline(isOffline: boolean): Promise<void>
  close(): Promise<void>
}

const nowhere = 'http://127.0.0.1:9/'
const noPush = [
  `--gcm-checkin-url=${nowhere}`,
  `--gcm-registration-url=${nowhere}`,
  '--gcm-mcs-endpoint=https://127.0.0.1:9',
]

/** Starts Debian's Chromium, headless, as a phone with a push client and a profile of its own (push doesn't exist in incognito contexts). */
export async function launchChromium(options: ChromiumOptions = {}): Promise<Chromium> {
  const { fcm, tray, origins = [], device = pixel, args = [] } = options
  const profile = openProfile(options.profile, 'chromium')
  const context = await chromium.launchPersistentContext(profile.folder, {
    ...device,
    executablePath: '/usr/bin/chromium',
    headless: true,
    env: environmentWith(tray?.env ?? { DBUS_SESSION_BUS_ADDRESS: 'disabled:' }),
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(fcm?.args ?? noPush),
      ...args,
    ],
  })
  // What isn't named here is denied from then on, background sync too.
  for (const origin of origins) await context.grantPermissions(['notifications', 'background-sync'], { origin })

  return {
    context,
    async newPage(url) {
      const page = await context.newPage()
      if (url !== undefined) await page.goto(url)
      return page
    },
    workers: (page) => workerControl(context, page),
    setOffline: (isOffline) => context.setOffline(isOffline),
    async close() {
      await context.close()
      profile.leave()
    },
  }
}
