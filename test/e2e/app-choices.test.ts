import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AppWorld, openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'

suite('The choice of model and mode in the app', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page
  beforeAll(async () => {
    world = await openAppWorld({ agentArgs: ['--choices', 'options'] })
    page = await world.chromium.newPage()
    await world.pair(page)
  })
  afterAll(() => world?.close())

  test('is offered once the agent has said what there is, stands on the task, and is changed while it runs', async () => {
    await page.goto(`${world.origin}/new`)
    await page.getByLabel('What should be done?').waitFor()
    expect(await page.getByLabel('Model').count()).toBe(0)
    await world.startTask(page, 'Say hello [[act:say]]')
    await page.getByText('default', { exact: false }).first().waitFor()

    await page.goto(`${world.origin}/new`)
    await page.getByRole('combobox', { name: 'Model', exact: true }).selectOption('LARGE')
    await page.getByRole('combobox', { name: 'Effort', exact: true }).selectOption('HIGH')
    expect(await page.getByRole('combobox', { name: 'Mode', exact: true }).locator('option').allTextContents()).toEqual(
      ['As the agent has it', 'default', 'plan'],
    )
    await page.getByLabel('What should be done?').fill('Wait [[act:slow]]')
    // However much there is to choose, what starts it is where the thumb is.
    await page.evaluate(() => window.scrollTo(0, 0))
    const start = await page.getByRole('button', { name: 'Start' }).boundingBox()
    const tabs = await page.getByRole('navigation').boundingBox()
    expect((start?.y ?? 0) + (start?.height ?? 0)).toBeLessThanOrEqual(tabs?.y ?? 0)
    await page.getByLabel('Work apart, on a branch of its own').uncheck()
    await page.getByRole('button', { name: 'Start' }).tap()
    await page.waitForURL('**/task/*')
    await page.getByText('LARGE · default mode · HIGH effort').waitFor()
    await page.getByRole('button', { name: 'Change', exact: true }).tap()
    await page.getByRole('combobox', { name: 'Model', exact: true }).selectOption('SMALL')
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode()
      .withTags(['wcag2a', 'wcag2aa', 'wcag22aa'])
      .analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    await page.getByRole('button', { name: 'Apply' }).tap()
    await page.getByText('SMALL · default mode · HIGH effort').waitFor()
  })
})
