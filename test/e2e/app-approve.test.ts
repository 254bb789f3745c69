import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demo } from '../support/agents/demo-project.ts'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'

/** The receipt's word; the page may have read the second one, of the execution, before the push of the first arrives. */
const released = /(Approved|Done): the host has/

suite('The app in Chromium', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
  })
  afterAll(() => world?.close())

  test('pairs by the link, with the code typed at the host', async () => {
    await world.pair(page)
    expect(page.url()).toBe(`${world.origin}/pair`)
    await page.getByRole('button', { name: 'Continue' }).tap()
    await page.getByText('Nothing waits for you').waitFor()
  })

  test('turning notifications on can be checked: a real push comes, is shown, and its time is said', async () => {
    await world.turnOnPush(page)
    await page.getByRole('button', { name: 'Send a test notification' }).tap()
    await world.tray.until(({ title }) => title === 'Notifications work')
    await page.getByText(/^It arrived and was shown, \d+ ms after it was sent\.$/).waitFor()
  })

  test('an approval is pushed, a trusted tap on Approve releases it, and the change is seen live', async () => {
    const folder = join(world.project, demo.deleted)
    await world.startTask(page, demo.task)
    const asked = await world.tray.until(({ title }) => title === 'Delete · greetings')
    expect(asked.body).toContain('deletes legacy')
    expect(existsSync(folder)).toBe(true)
    world.tray.tap(asked, 'Approve')
    await page.getByText('Completed', { exact: true }).waitFor()
    expect(existsSync(folder)).toBe(false)
    await page.getByRole('tab', { name: 'Changes 4' }).tap()
    await page.getByText('legacy/greet.old.js').waitFor()
    await world.tray.until(({ body }) => released.test(body))
  })

  test('a tap without a network is kept, said to be kept, and sent when there is one', async () => {
    await world.startTask(page, 'Touch a file [[act:run]]')
    const asked = await world.tray.until(({ title }) => title === 'Run a command · greetings')
    expect(asked.body).toContain('touch ran.txt')
    await world.chromium.setOffline(true)
    world.tray.tap(asked, 'Approve')
    await world.tray.until(({ body }) => body.includes('Not sent yet'))
    expect(existsSync(join(world.project, 'ran.txt'))).toBe(false)
    await page.getByText('1 thing is not sent yet.').waitFor()
    await world.chromium.setOffline(false)
    await world.tray.until(({ title, body }) => title === asked.title && released.test(body))
    await page.getByText('Completed', { exact: true }).waitFor()
    expect(existsSync(join(world.project, 'ran.txt'))).toBe(true)
  })

  test('a task asked for without a network is kept, shown as kept also after a restart, and sent when there is one', async () => {
    await page.goto(`${world.origin}/new`)
    await page.getByLabel('What should be done?').waitFor()
    await world.chromium.setOffline(true)
    await page.getByLabel('What should be done?').fill('Say hello [[act:say]]')
    await page.getByRole('button', { name: 'Start' }).tap()
    await page.locator('.queued', { hasText: 'Say hello' }).waitFor()
    await page.goto(`${world.origin}/tasks`)
    await page.locator('.queued', { hasText: 'Not sent yet' }).waitFor()
    await world.chromium.setOffline(false)
    await page.getByRole('link', { name: /^Say hello.*Completed/ }).waitFor()
    await page.locator('.queued').waitFor({ state: 'detached' })
  })

  test('opens without a network with what it last knew', async () => {
    await world.chromium.setOffline(true)
    await page.goto(`${world.origin}/tasks`)
    await page.getByText('Touch a file').waitFor()
    await page.getByText('No connection.').waitFor()
    await world.chromium.setOffline(false)
    await page.getByText('No connection.').waitFor({ state: 'detached' })
  })

  test('a task opened anew without a network shows what was there, says since when, and goes on once there is one', async () => {
    await world.startTask(page, 'Delete it [[act:delete]]')
    await page.getByRole('link', { name: /^Delete/ }).waitFor()
    const task = page.url()
    const isKept = (key: string) =>
      page.evaluate(
        (key) =>
          new Promise<boolean>((resolve) => {
            const opening = indexedDB.open('countersign')
            opening.onsuccess = () => {
              const asked = opening.result.transaction('values').objectStore('values').count(key)
              asked.onsuccess = () => resolve(asked.result > 0)
            }
          }),
        key,
      )
    // A moment after it was shown.
    await expect.poll(() => isKept(`log/${new URL(task).pathname.split('/').at(-1)}`), { timeout: 20_000 }).toBe(true)
    await page.close()
    await world.chromium.setOffline(true)
    const cold = await world.chromium.newPage(task)
    await cold.getByText('Delete it').first().waitFor()
    const banner = cold.locator('.banner', { hasText: 'No connection.' })
    await expect.poll(() => banner.textContent(), { timeout: 20_000 }).toMatch(/Updated .+\./)
    await cold.getByText(/^As of .*The rest comes when the relay can be reached\.$/).waitFor()
    await cold.getByRole('link', { name: /^Delete/ }).waitFor()
    await world.chromium.setOffline(false)
    await cold.getByText('No connection.').waitFor({ state: 'detached' })
    await cold.getByText(/^As of /).waitFor({ state: 'detached' })
    await cold.getByRole('link', { name: /^Delete/ }).tap()
    await cold.getByRole('button', { name: 'Deny', exact: true }).tap()
    await cold.locator('.step-done', { hasText: 'Denied' }).waitFor()
  })

  test('nothing in it breaks its own content security policy', () => {
    // Without a network the browser itself complains.
    expect(complaints.filter((text) => !text.includes('net::ERR_INTERNET_DISCONNECTED'))).toEqual([])
  })
})
