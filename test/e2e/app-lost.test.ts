import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'

suite('What can go wrong on the phone itself', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
  })
  afterAll(() => world?.close())

  test('what one tab answers, another knows at once, without a word from the relay', async () => {
    await world.startTask(page, 'Touch a file [[act:run]]')
    // Once it is in the list it is kept.
    await page.goto(`${world.origin}/`)
    await page.getByRole('link', { name: /^Run a command/ }).waitFor()
    const deaf = await world.chromium.newPage('about:blank')
    await deaf.route('**/v1/**', (route) => route.abort())
    await deaf.goto(`${world.origin}/`)
    await deaf.getByRole('link', { name: /^Run a command/ }).tap()
    await deaf.getByRole('button', { name: 'Approve' }).waitFor()
    await page.getByRole('link', { name: /^Run a command/ }).tap()
    await page.getByRole('button', { name: 'Deny', exact: true }).tap()
    await deaf.locator('.step-done', { hasText: 'Sent' }).waitFor()
    expect(await deaf.getByRole('button', { name: 'Approve' }).count()).toBe(0)
    await deaf.close()
  })

  test('everything that is kept is listed, and can be dropped', async () => {
    await page.goto(`${world.origin}/hosts`)
    await page.getByText('Online').waitFor()
    await world.chromium.setOffline(true)
    await page.getByRole('button', { name: 'Stop everything' }).tap()
    await page.getByRole('button', { name: 'Stop everything' }).tap()
    await page.getByRole('link', { name: '1 thing is not sent yet.' }).tap()
    await page.locator('.queued', { hasText: 'Stop everything on the host' }).waitFor()
    await page.getByRole('button', { name: 'Don’t send' }).tap()
    await page.getByText('Everything has been sent').waitFor()
    await world.chromium.setOffline(false)
    await page.getByText('not sent yet').waitFor({ state: 'detached' })
  })

  test('two tabs have one queue: what one keeps the other shows, and it is sent once', async () => {
    const other = await world.chromium.newPage(`${world.origin}/tasks`)
    await page.goto(`${world.origin}/new`)
    await page.getByRole('button', { name: 'Start' }).waitFor()
    await world.chromium.setOffline(true)
    await page.getByLabel('What should be done?').fill('Say it once [[act:say]]')
    await page.getByRole('button', { name: 'Start' }).tap()
    await page.getByText('Not sent yet').first().waitFor()
    await other.getByText('Say it once').waitFor()
    await other.getByText(/^Not sent yet/).waitFor()
    await world.chromium.setOffline(false)
    for (const tab of [page, other]) {
      await tab.getByText('1 thing is not sent yet').waitFor({ state: 'detached' })
      await tab.goto(`${world.origin}/tasks`)
      await tab
        .getByRole('link', { name: /Say it once/ })
        .filter({ hasText: 'Completed' })
        .waitFor()
      expect(await tab.getByRole('link', { name: /Say it once/ }).count()).toBe(1)
    }
    await other.close()
  })

  test('what was begun is kept: a task, a word to the agent, a reason', async () => {
    await page.goto(`${world.origin}/new`)
    await page.getByLabel('What should be done?').fill('Half a thought')
    await page.getByRole('link', { name: 'Tasks' }).tap()
    await page.getByRole('link', { name: 'New task' }).first().tap()
    await expect.poll(() => page.getByLabel('What should be done?').inputValue()).toBe('Half a thought')
    await world.startTask(page, 'Touch another [[act:run]]')
    await page.getByRole('link', { name: /^Run a command/ }).waitFor()
    await page.getByLabel('Tell the agent…').fill('And then')
    await page.getByRole('link', { name: /^Run a command/ }).tap()
    await page.getByRole('button', { name: 'Add a reason' }).tap()
    await page.getByLabel('Reason (the agent will read it)').fill('Because')
    const approval = page.url()
    await page.getByRole('button', { name: 'Back', exact: true }).first().tap()
    await expect.poll(() => page.getByLabel('Tell the agent…').inputValue()).toBe('And then')
    await page.goto(approval)
    await expect.poll(() => page.getByLabel('Reason (the agent will read it)').inputValue()).toBe('Because')
    await page.getByRole('button', { name: 'Deny', exact: true }).tap()
    await page.locator('.step-done', { hasText: 'Denied' }).waitFor()
    await page.goto(`${world.origin}/new`)
    await page.getByRole('button', { name: 'Start' }).waitFor()
    expect(await page.getByLabel('What should be done?').inputValue()).toBe('')
  })

  test('an app that is older than its relay says so and offers to renew itself', async () => {
    const old = await world.chromium.newPage('about:blank')
    await old.route('**/v1/relay', async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ json: { ...(await answer.json()), protocol: 99 } })
    })
    await old.goto(`${world.origin}/`)
    await old.getByText('The relay is newer than this program.').waitFor()
    const loaded = old.waitForEvent('load')
    await old.getByRole('button', { name: 'Reload' }).tap()
    await loaded
    await old.close()
  })

  test('a newer release is found when the app is seen again, and one tap takes it', async () => {
    await page.goto(`${world.origin}/`)
    await page.getByRole('heading', { name: 'Waiting for you' }).waitFor()
    // Another build differs by a byte.
    appendFileSync(join(import.meta.dirname, '../../dist/app/service-worker.js'), '\n// newer')
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await page.getByText('A new version is ready.').waitFor()
    const loaded = page.waitForEvent('load')
    await page.getByRole('button', { name: 'Reload' }).tap()
    await loaded
    await page.getByRole('heading', { name: 'Waiting for you' }).waitFor()
    expect(await page.getByText('A new version is ready.').count()).toBe(0)
  })

  test('notifications that are taken back are said to be off, and the relay is told', async () => {
    const session = await world.chromium.context.newCDPSession(page)
    const permit = (setting: 'denied' | 'granted') =>
      session.send('Browser.setPermission', {
        origin: world.origin,
        permission: { name: 'notifications' },
        setting,
      })
    await world.turnOnPush(page)
    await page.goto(`${world.origin}/`)
    await page.getByRole('heading', { name: 'Waiting for you' }).waitFor()
    const told = page.waitForRequest(
      (request) => request.method() === 'DELETE' && request.url().includes('subscription'),
    )
    await permit('denied')
    // One comes back from the settings.
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await page.getByText('Notifications are blocked for this app').waitFor()
    await told
    await permit('granted')
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await page.getByText('Notifications are blocked for this app').waitFor({ state: 'detached' })
  })

  test('keys that the browser has cleared are not a first visit: the app and a push say so, and what to do', async () => {
    await page.goto(`${world.origin}/tasks`)
    await world.startTask(page, 'Delete it [[act:slow]]')
    await page.evaluate(async () => {
      const gone = (name: string) =>
        new Promise((resolve) => {
          const request = indexedDB.deleteDatabase(name)
          request.onsuccess = resolve
        })
      for (const { name } of await indexedDB.databases()) await gone(name ?? '')
    })
    await page.goto(`${world.origin}/`)
    await page.getByText('This phone’s keys were cleared by the browser').waitFor()
    await page.getByText('ask an owner of the team to remove the old key').waitFor()
    const workers = await world.chromium.workers(page)
    await workers.deliverPush(`${world.origin}/`, 'nothing that opens')
    await world.tray.until(({ title }) => title === 'This phone’s keys were cleared by the browser')
  })
})
