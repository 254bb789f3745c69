import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AppWorld, openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'

suite('A question in the app', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page
  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
    await world.turnOnPush(page)
  })
  afterAll(() => world?.close())

  test('is a form with the keyboard for each answer; what is wrong is said at its field, and the agent is told the rest', async () => {
    await world.startTask(page, 'Ask me first [[act:question]]')
    // It can't be approved from where only its first words are.
    const note = await world.tray.until(({ body }) => body.includes('how should the release be made'))
    expect(note.actions.map(({ label }) => label)).not.toContain('Approve')
    await page.getByRole('link', { name: /^A question/ }).tap()
    await page.getByText('Before I begin: how should the release be made?').waitFor()
    await page.getByRole('heading', { name: 'The agent asks, in its own words' }).waitFor()
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode()
      .withTags(['wcag2a', 'wcag2aa', 'wcag22aa'])
      .analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    const widths = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ])
    expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0)

    await page.getByLabel('Who is told').fill('ada')
    await page.getByLabel('Workers').fill('9')
    await page.getByRole('button', { name: 'Answer', exact: true }).tap()
    expect(await page.locator('.field-problem').allTextContents()).toEqual([
      'This is required.',
      'This is not an email address.',
      'This is required.',
      'This is required.',
      'At most 8.',
    ])
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field-0')
    expect(await page.getByLabel('Workers').getAttribute('inputmode')).toBe('numeric')
    expect(await page.getByLabel('Who is told').getAttribute('type')).toBe('email')

    await page.getByLabel('Name of the release').fill('Spring')
    await page.getByLabel('Who is told').fill('ada@example.org')
    await page.getByLabel('PostgreSQL').check()
    await page.getByLabel('lint').check()
    await page.getByRole('checkbox', { name: 'tests' }).check()
    await page.getByLabel('Workers').fill('3')
    await page.getByLabel('Migrate the data').check()
    await page.getByRole('button', { name: 'Answer', exact: true }).tap()
    await page.locator('.step-done', { hasText: 'Done' }).waitFor()
    expect(JSON.parse(readFileSync(join(world.project, 'answers.json'), 'utf8'))).toEqual({
      name: 'Spring',
      mail: 'ada@example.org',
      database: 'pg',
      checks: ['lint', 'tests'],
      workers: 3,
      migrate: true,
    })
    await page.getByRole('link', { name: 'Open the task' }).tap()
    await page.getByText('Database: pg').waitFor()
  })

  test('may be left unanswered', async () => {
    await world.startTask(page, 'Ask me first [[act:question-short]]')
    await page.getByRole('link', { name: /^A question/ }).tap()
    await page.getByRole('button', { name: 'Don’t answer' }).tap()
    await page.locator('.step-done', { hasText: 'Denied' }).waitFor()
    await page.getByRole('link', { name: 'Open the task' }).tap()
    await page.getByText('It was: decline.').waitFor()
  })
})
