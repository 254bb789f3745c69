import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'

suite('The app in another language', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
    await world.turnOnPush(page)
  })
  afterAll(() => world?.close())

  test('the page speaks the language that was chosen, and says so to screen readers', async () => {
    await page.getByLabel('Language').selectOption('zh')
    await page.getByRole('heading', { name: '设置', level: 1 }).waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-Hans')
    await page.goto(`${world.origin}/`)
    await page.getByText('没有需要您处理的事项').waitFor()
  })

  test('so does the worker: in its notifications, and on their buttons', async () => {
    await page.goto(`${world.origin}/new`)
    await page.getByLabel('需要做什么？').fill('Touch a file [[act:run]]')
    await page.getByRole('button', { name: '开始' }).tap()
    const asked = await world.tray.until(({ title }) => title === '运行命令 · greetings')
    expect(asked.body).toContain('1 级：低风险')
    world.tray.tap(asked, '批准')
    await page.getByText('已完成', { exact: true }).waitFor()
  })

  test('from right to left nothing is cut off or scrolls sideways, and back points the other way', async () => {
    for (const path of ['/', '/tasks', '/new', '/hosts', '/settings']) {
      await page.goto(world.origin + path)
      await page.locator('h1').waitFor()
      await page.evaluate(() => {
        document.documentElement.dir = 'rtl'
      })
      const [wide, wanted] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth])
      expect([path, wide]).toEqual([path, wanted])
      const arrow = page.locator('.bar-back .icon')
      if (path === '/new') expect(await arrow.evaluate((it) => getComputedStyle(it).transform)).toMatch(/^matrix\(-1,/)
    }
    const [first, last] = await page
      .locator('.tab-bar a')
      .evaluateAll((tabs) => [tabs[0], tabs.at(-1)].map((tab) => tab?.getBoundingClientRect().left ?? 0))
    expect(first).toBeGreaterThan(last ?? 0)
  })
})
