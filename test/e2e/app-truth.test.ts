import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'
import { until } from '../support/wait.ts'

const refuse = (code: string, status: number) => (route: Route) =>
  route.fulfill({
    status,
    contentType: 'application/problem+json',
    body: JSON.stringify({ type: code, status, title: code }),
  })

suite('What the app says is true', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
  })
  afterAll(() => world?.close())

  /** A fresh page, which nothing of the one before can have told anything. */
  async function anew(prepare: (page: Page) => Promise<unknown>): Promise<Page> {
    const fresh = await world.chromium.newPage('about:blank')
    await prepare(fresh)
    return fresh
  }

  test('while the network hangs nothing is said to be empty, and that it is still connecting is said', async () => {
    const slow = await anew((one) => one.route('**/v1/**', () => {}))
    await slow.goto(`${world.origin}/`)
    await slow.getByText('Still connecting…').waitFor()
    expect(await slow.getByText('Nothing waits for you').count()).toBe(0)
    await slow.close()
  })

  test('without a network an empty list says as of when', async () => {
    await page.goto(`${world.origin}/`)
    await page.getByText('Nothing waits for you').waitFor()
    await world.chromium.setOffline(true)
    await page.getByText('No connection.').waitFor()
    await page.getByText(/^As of .*, nothing was waiting for you$/).waitFor()
    await page.goto(`${world.origin}/tasks`)
    await page.getByText(/^As of .*, there were no tasks$/).waitFor()
    await world.chromium.setOffline(false)
    await page.getByText('No tasks yet').waitFor()
  })

  test('an approval that the relay does not know any more can’t be answered, though it is kept here', async () => {
    await world.startTask(page, 'Touch a file [[act:run]]')
    await page.getByRole('link', { name: /^Run a command/ }).waitFor()
    const gone = await anew((one) => one.route('**/v1/approvals/*', refuse('approval_not_found', 404)))
    await gone.goto(`${world.origin}/`)
    await gone.getByRole('link', { name: /^Run a command/ }).tap()
    await gone.getByText('There is no such approval in this team, or not any more: nothing runs by it.').waitFor()
    await gone.getByRole('button', { name: 'Approve' }).waitFor({ state: 'detached' })
    await gone.close()
  })

  test('a full storage is said, the button stays alive, and once there is room it works', async () => {
    await page.goto(`${world.origin}/`)
    await page.getByRole('link', { name: /^Run a command/ }).tap()
    await page.getByRole('button', { name: 'Approve' }).waitFor()
    await page.evaluate(() => {
      const { prototype } = IDBObjectStore
      const put = prototype.put
      prototype.put = () => {
        throw new DOMException('no room', 'QuotaExceededError')
      }
      Object.assign(window, { makeRoom: () => Object.assign(prototype, { put }) })
    })
    await page.getByRole('button', { name: 'Approve' }).tap()
    await page.getByText('its storage may be full or closed').waitFor()
    await page.evaluate(() => (window as unknown as { makeRoom(): void }).makeRoom())
    await page.getByRole('button', { name: 'Approve' }).tap()
    await page.locator('.step-done', { hasText: 'Applied by the host' }).waitFor()
    await until(() => existsSync(join(world.project, 'ran.txt')), { what: 'the file' })
  })

  test('a phone that the relay does not let in is told so, can still look at what it has, and is shown the way out', async () => {
    const out = await anew((one) => one.route('**/v1/**', refuse('key_unknown', 401)))
    await out.goto(`${world.origin}/`)
    await out.getByRole('heading', { name: 'This phone is out of the team' }).waitFor()
    await out.getByText('This key belongs to no team here, or was removed.').waitFor()
    await out.getByRole('button', { name: 'Forget the team on this phone' }).waitFor()
    await out.goto(`${world.origin}/tasks`)
    await out.getByText('Touch a file').waitFor()
    await out.close()
  })

  // Last but one: the clock is the whole browser's from then on.
  test('a phone whose clock is wrong still shows what waits, says how wrong and what to do, and approves nothing; set right, it does', async () => {
    await world.startTask(page, 'Touch it again [[act:run]]')
    await page.getByRole('link', { name: /^Run a command/ }).waitFor()
    const hours = 3_600_000
    for (const [off, said] of [
      [9 * hours, '9 hr ahead'],
      [-9 * hours, '9 hr behind'],
    ] as const) {
      const wrong = await anew((one) => one.clock.setSystemTime(Date.now() + off))
      await wrong.goto(`${world.origin}/`)
      await wrong.getByText(`This phone’s clock is ${said}.`).waitFor()
      await wrong.getByRole('link', { name: /^Run a command/ }).tap()
      await wrong.getByRole('button', { name: 'Approve' }).tap()
      await wrong.getByText('The clocks of this device and of the host differ too much.').waitFor()
      expect(await wrong.getByText('Nothing was run').count()).toBe(0)
      expect(await wrong.locator('.step-done').count()).toBe(0)
      await wrong.close()
    }
    const right = await anew((one) => one.clock.setSystemTime(Date.now()))
    await right.goto(`${world.origin}/`)
    await right.getByRole('link', { name: /^Run a command/ }).tap()
    await right.getByRole('button', { name: 'Approve' }).tap()
    await right.locator('.step-done', { hasText: 'Applied by the host' }).waitFor()
    await right.close()
  })

  test('a team that is left in one tab is said to be left in the other', async () => {
    const other = await world.chromium.newPage(`${world.origin}/tasks`)
    await other.getByText('Touch a file').waitFor()
    await page.goto(`${world.origin}/settings`)
    await page.getByRole('button', { name: 'Leave on this phone' }).tap()
    await page.getByRole('button', { name: 'Leave on this phone' }).tap()
    await other.getByText('You have left this team in another tab').waitFor()
    await other.getByRole('button', { name: 'Continue' }).tap()
    await other.getByText('Scan the QR code').waitFor()
    expect(await other.getByText('keys were cleared').count()).toBe(0)
  })
})
