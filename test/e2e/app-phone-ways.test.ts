import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld, phone } from '../support/app-world.ts'
import { launchChromium } from '../support/browsers/chromium.ts'
import { suite } from '../support/needs.ts'

const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

suite('What phones do otherwise', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
    await world.turnOnPush(page)
  })
  afterAll(() => world?.close())

  const answers = () => page.getByRole('button', { name: 'Deny', exact: true }).waitFor()

  test('a tap that opens the first page, as some phones do, goes on to the approval it was for, once', async () => {
    await world.startTask(page, 'Touch a file [[act:run]]')
    await page.goto(`${world.origin}/settings`)
    const shown = await world.tray.until(({ title }) => title === 'Run a command · greetings')
    // With the app's window gone the worker opens another; this one is opened at the first page right after the tap.
    world.tray.tap(shown)
    await answers()
    const [, id] = page.url().split('/approval/')
    await page.evaluate(
      (path) =>
        new Promise<void>((resolve) => {
          const opening = indexedDB.open('countersign')
          opening.onsuccess = () => {
            const change = opening.result.transaction('values', 'readwrite')
            change.objectStore('values').put({ path, at: Date.now() }, 'app/tapped')
            change.oncomplete = () => {
              opening.result.close()
              resolve()
            }
          }
        }),
      `/approval/${id}`,
    )
    await page.goto(`${world.origin}/`)
    await answers()
    expect(page.url()).toBe(`${world.origin}/approval/${id}`)
    await page.goto(`${world.origin}/`)
    await page.getByRole('heading', { name: 'Waiting for you' }).waitFor()
    await page.getByRole('link', { name: /^Run a command/ }).waitFor()
    expect(page.url()).toBe(`${world.origin}/`)
  })

  test('what the phone itself has shown leads to the approval that was pushed last', async () => {
    await page.goto(`${world.origin}/?pushed`)
    await answers()
    expect(page.url()).toContain('/approval/apr_')
  })

  test('where the browser offers to install, settings do too', async () => {
    await page.goto(`${world.origin}/settings`)
    await page.getByRole('button', { name: 'Install', exact: true }).waitFor()
  })

  test('an iPhone in Safari is told how to install first, where it pairs and where notifications need it', async () => {
    const other = await launchChromium({ device: { ...phone, userAgent: iphone }, origins: [world.origin] })
    try {
      const safari = await other.newPage()
      // Safari has neither outside of the home screen.
      await safari.addInitScript(() => {
        for (const name of ['PushManager', 'Notification']) Reflect.deleteProperty(globalThis, name)
      })
      await safari.goto(`${world.origin}/pair`)
      await safari.getByText('Add to Home Screen').waitFor()
      const pairing = world.program(['pair', '--json'])
      const { link } = await pairing.fact(({ event }) => event === 'offer')
      await safari.goto(String(link))
      await safari.getByLabel('Your name').fill('Grace')
      await safari.getByRole('button', { name: 'Pair', exact: true }).tap()
      await pairing.fact(({ event }) => event === 'locked')
      pairing.type(((await safari.locator('.pair-code').textContent()) ?? '').replaceAll(/\D/g, ''))
      await page.goto(`${world.origin}/`)
      await page.getByRole('link', { name: /Admit a device/ }).tap()
      await page.getByText(/calls itself/).waitFor()
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
      await page.getByRole('button', { name: 'Approve' }).tap()
      await safari.getByText(/^Paired with/).waitFor()
      await safari.goto(`${world.origin}/`)
      await safari.getByText('This phone notifies only an app on its Home Screen').waitFor()
      await safari.getByRole('main').getByRole('link', { name: 'Settings' }).tap()
      await safari.getByText('Choose “Add to Home Screen”.').waitFor()
    } finally {
      await other.close()
    }
  })
})
