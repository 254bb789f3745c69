import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { violationsOf } from '../support/accessible.ts'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { tabTo } from '../support/keyboard.ts'
import { suite } from '../support/needs.ts'

suite('The app on a desktop, as a second screen', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
    for (const words of ['Touch it [[act:run]]', 'Remove it [[act:delete]]']) {
      await world.startTask(page, words)
      await page.getByText('Waits for you').first().waitFor()
    }
    await page.setViewportSize({ width: 1280, height: 800 })
  })
  afterAll(() => world?.close())

  const list = () => page.locator('.beside-list')
  const detail = () => page.locator('.beside-detail')
  const press = (key: string) => page.keyboard.press(key)

  test('what waits stays beside what is opened from it, which is read and answered by keys alone', async () => {
    await page.goto(`${world.origin}/`)
    await page.getByRole('heading', { name: 'Waiting for you', level: 1 }).waitFor()
    await detail().getByText('What you choose in the list opens here.').waitFor()
    await tabTo(page, /^Delete/)
    await press('Enter')
    await detail().getByRole('heading', { name: 'Approval', level: 1 }).waitFor()
    await list().getByRole('heading', { name: 'Waiting for you', level: 2 }).waitFor()
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Approval')
    expect(await list().locator('[aria-current="true"]').allTextContents()).toHaveLength(1)
    await press('End')
    await tabTo(page, 'Deny')
    await press('Enter')
    await detail().locator('.step-done', { hasText: 'Denied' }).waitFor()
    await list()
      .getByRole('link', { name: /^Delete/ })
      .waitFor({ state: 'detached' })
    await list()
      .getByRole('link', { name: /^Run a command/ })
      .waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Waiting for you', level: 1 }).waitFor()
  })

  test('what was searched for in the history is still there beside what was found', async () => {
    await page.goto(`${world.origin}/history`)
    await page.getByRole('searchbox').fill('remove')
    await list()
      .getByRole('link', { name: /^Remove it/ })
      .click()
    await detail().getByText('Activity').waitFor()
    expect(await page.getByRole('searchbox').inputValue()).toBe('remove')
    await list().getByRole('heading', { name: 'History', level: 2 }).waitFor()
  })

  test('opened by its address, a task stands beside the tasks; on a narrow window it stands alone', async () => {
    const task = page.url()
    await page.goto(task)
    await list().getByRole('heading', { name: 'Tasks', level: 2 }).waitFor()
    await page.setViewportSize({ width: 800, height: 800 })
    await page.getByRole('button', { name: 'Back' }).waitFor()
    expect(await list().count()).toBe(0)
    await page.setViewportSize({ width: 1280, height: 800 })
    await list().waitFor()
  })

  test.each([
    [1280, 800],
    [1920, 1080],
  ])(
    'nothing that WCAG 2.2 AA forbids and a machine can find, nor wider than the window, at %i × %i',
    async (width, height) => {
      await page.setViewportSize({ width, height })
      for (const path of ['/', '/tasks', '/history', '/hosts', '/settings', new URL(page.url()).pathname]) {
        await page.goto(world.origin + path)
        await page.locator('h1').waitFor()
        await page.locator('main :is(.card, .list)').first().waitFor()
        expect([path, await violationsOf(page)]).toEqual([path, []])
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      }
    },
  )
})
