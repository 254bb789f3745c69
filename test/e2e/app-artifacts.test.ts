import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { large } from '../support/agents/large-acts.ts'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'

suite('What a task made, in the app', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
  })
  afterAll(() => world?.close())

  test('a change of thousands of lines opens whole, scrolls, and takes a comment on its last line', async () => {
    await world.startTask(page, 'A long day [[act:large]]')
    await page.locator('.bar', { hasText: 'Completed' }).waitFor()
    await page.getByRole('tab', { name: 'Changes 3' }).tap()
    await page.locator('.row', { hasText: 'x=1;x=1;' }).first().waitFor()
    await page.locator('summary', { hasText: large.line }).tap()
    await page.locator('summary', { hasText: large.lines[0] }).tap()
    await page.locator('.row-insert .code-keyword', { hasText: 'export' }).first().waitFor()
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
    const last = page.locator('.row', { hasText: "const key = '⟨secret 1⟩'" })
    await last.waitFor()
    expect(await page.locator('.virtual-row').count()).toBeLessThanOrEqual(300)
    await last.getByRole('button', { name: String(large.lines[1]) }).tap()
    await page.getByLabel('What should be otherwise?').fill('Take it from the environment.')
    await page.getByRole('button', { name: 'Keep' }).tap()
    await page.locator('.comment', { hasText: 'Take it from the environment.' }).waitFor()
    await page.locator('summary', { hasText: large.lines[0] }).tap()
    await page.locator('summary', { hasText: large.megabyte }).tap()
    await page.locator('.row', { hasText: 'export const value0' }).first().waitFor()
    // Read before, it needs no network.
    await page.reload()
    await page.getByRole('tab', { name: 'Changes 3' }).tap()
    await page.locator('.row', { hasText: 'x=1;x=1;' }).first().waitFor()
  })
})
