import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'
import { readToEnd } from '../support/read-to-end.ts'

suite('What runs without asking from now on', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld({ policy: 'version: 1\nrules: [{ match: {}, verdict: ask }]\n' })
    page = await world.chromium.newPage()
    await world.pair(page)
  })
  afterAll(() => world?.close())

  async function start(command: string): Promise<void> {
    await page.goto(`${world.origin}/new`)
    await page.getByLabel('Agent').selectOption({ label: 'Command line' })
    await page.getByLabel('What should be done?').fill(command)
    await page.getByRole('button', { name: 'Start' }).tap()
    await page.waitForURL('**/task/*')
  }
  const ask = () => page.getByRole('link', { name: /^Run a command/ })

  test('a person narrows what the host offers, and reads exactly what will run', async () => {
    await start('cat src/greet.js')
    await ask().tap()
    await page.getByLabel('Ask again').selectOption('rule')
    const words = page.locator('.scope-words')
    await words.getByText('cat src/greet.js').waitFor()
    await page.getByLabel('Anything in src/*').check()
    await words.getByText('cat src/*').waitFor()
    await page.getByLabel('How often').selectOption('5')
    await page.getByLabel('Until').selectOption({ index: 0 })
    await words.getByText(`in ${world.project}`).waitFor()
    await readToEnd(page)
    await page.getByRole('button', { name: 'Approve' }).tap()
    await page.locator('.step-done', { hasText: 'Done' }).waitFor()
  })

  test('another file of the folder runs unasked; the host’s page says what, where, who, how often', async () => {
    writeFileSync(join(world.project, 'src/other.js'), '// other\n')
    await start('cat src/other.js')
    await page.getByText('Completed').waitFor()
    expect(await ask().count()).toBe(0)
    await page.goto(`${world.origin}/hosts`)
    const rule = page.locator('.rule')
    await rule.getByText('cat src/*').waitFor()
    await rule.getByText(`in ${world.project}`).waitFor()
    await rule.getByText('Allowed by Ada.').waitFor()
    await rule.getByText('For every task.').waitFor()
    await rule.getByText(/used 1 of 5, until/).waitFor()
  })

  test('revoked, it asks again', async () => {
    await page.getByRole('button', { name: 'Revoke' }).tap()
    await page.getByRole('button', { name: 'Revoke' }).tap()
    await page.locator('.rule').waitFor({ state: 'detached' })
    await start('cat src/greet.js')
    await ask().waitFor()
  })
})
