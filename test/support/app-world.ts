import type { Page } from 'playwright-core'
import type { AppStack, AppStackOptions } from './app-stack.ts'
import { openAppStack } from './app-stack.ts'
import type { Chromium, Device } from './browsers/chromium.ts'
import { launchChromium, pixel } from './browsers/chromium.ts'
import type { Fcm } from './push/fcm-service.ts'
import { startFcm } from './push/fcm-service.ts'

/** A phone of 390 by 844, as most are seen by a page. */
export const phone: Device = { ...pixel, viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 }

/** The built app in Chromium with its real push client, before all that is real around it. */
export type AppWorld = AppStack & {
  chromium: Chromium
  fcm: Fcm
  /** Opens the link that the host offers, and types the code that the page shows at the host. */
  pair(page: Page): Promise<void>
  /** Turns notifications on in the app's settings, and waits until the relay has the address. */
  turnOnPush(page: Page): Promise<void>
  /** Types a task in the app and leaves its screen open. `isApart`: in a worktree; default: in the project's folder, where tests look at what it does. */
  startTask(page: Page, text: string, options?: { isApart?: boolean }): Promise<void>
}

export type AppWorldOptions = AppStackOptions & {
  device?: Device
  /** More switches for the browser. */
  args?: readonly string[]
}

export async function openAppWorld(options: AppWorldOptions = {}): Promise<AppWorld> {
  const stack = await openAppStack(options)
  const { origin, tray, pushes, certificate } = stack
  const fcm = await startFcm(pushes, certificate)
  const chromium = await launchChromium({
    fcm,
    tray,
    origins: [origin],
    device: options.device ?? phone,
    args: options.args ?? [],
  })

  return {
    ...stack,
    chromium,
    fcm,
    async pair(page) {
      await page.goto(await stack.pairingLink())
      await page.getByLabel('Your name').fill('Ada')
      await page.getByRole('button', { name: 'Pair', exact: true }).tap()
      await stack.typeCode((await page.locator('.pair-code').textContent()) ?? '')
      await page.getByText(/^Paired with/).waitFor()
    },
    async turnOnPush(page) {
      await page.goto(`${origin}/settings`)
      await page.getByRole('button', { name: 'Turn on notifications' }).tap()
      await page.getByText('You are asked here also when the app is closed.').waitFor()
    },
    async startTask(page, text, { isApart = false } = {}) {
      await page.goto(`${origin}/new`)
      await page.getByLabel('What should be done?').fill(text)
      const apart = page.getByLabel('Work apart, on a branch of its own')
      await apart.setChecked(isApart)
      await page.getByRole('button', { name: 'Start' }).tap()
      await page.waitForURL('**/task/*')
    },
    async close() {
      await chromium.close()
      await fcm.close()
      await stack.close()
    },
  }
}
