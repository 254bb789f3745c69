import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changed } from '../support/agents/plan-acts.ts'
import { type AppWorld, openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'
import { block, writePlannedFiles } from '../support/plan/project.ts'
import { readToEnd } from '../support/read-to-end.ts'

suite('A plan in the app', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page
  beforeAll(async () => {
    world = await openAppWorld()
    writePlannedFiles(world.project)
    page = await world.chromium.newPage()
    await world.pair(page)
  })
  afterAll(() => world?.close())
  const at = (path: string) => join(world.project, path)

  test('is asked for with a task, read whole, changed by a comment, and approved with one tap', async () => {
    await page.goto(`${world.origin}/new`)
    await page.getByLabel('What should be done?').fill('Tidy up [[act:planned]]')
    await page.getByLabel('See its plan before it changes anything').check()
    await page.getByLabel('Work apart, on a branch of its own').uncheck()
    await page.getByRole('button', { name: 'Start' }).tap()
    await page.waitForURL('**/task/*')
    await page.getByRole('link', { name: /^Follow a plan/ }).tap()

    const card = page.locator('.screen')
    await card.getByText('npm test', { exact: true }).waitFor()
    for (const path of [...block.modify, ...block.create, ...block.delete])
      expect(await card.locator('.files').getByText(path, { exact: true }).count(), path).toBe(1)
    expect(await card.getByRole('heading', { level: 2 }).allTextContents()).toEqual(
      expect.arrayContaining(['Changes (5)', 'Creates (1)', 'Deletes (1)', 'Runs, word by word']),
    )
    const { scroll, width } = await page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      width: document.documentElement.clientWidth,
    }))
    expect(scroll).toBeLessThanOrEqual(width)
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode()
      .withTags(['wcag2a', 'wcag2aa', 'wcag22aa'])
      .analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])

    // With something taken out it can't be approved: the agent plans again.
    await page.getByRole('checkbox', { name: /^legacy/ }).uncheck()
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Plan again without 1' }).tap()
    await page.locator('.step-done', { hasText: 'Denied' }).waitFor()
    await page.goto(`${world.origin}/`)
    await page.getByRole('link', { name: /^Follow a plan/ }).tap()
    await card.getByText('npm test', { exact: true }).waitFor()
    expect(await card.getByText(/^Deletes/).count()).toBe(0)
    expect(existsSync(at('src/new.js'))).toBe(false)
    await page.locator('.end-mark').scrollIntoViewIfNeeded()
    await readToEnd(page)
    await page.getByRole('button', { name: 'Approve' }).tap()
    await page.locator('.step-done', { hasText: 'Done' }).waitFor()
    await page.goto(`${world.origin}/`)
    // What the second plan no longer names is asked for by itself.
    await page.getByRole('link', { name: /^Delete/ }).tap()
    await page.getByRole('button', { name: 'Deny', exact: true }).tap()
    await page.locator('.step-done', { hasText: 'Denied' }).waitFor()
    for (const path of [...block.modify, ...block.create]) expect(readFileSync(at(path), 'utf8'), path).toBe(changed)
    expect(existsSync(at('legacy'))).toBe(true)
  })
})
