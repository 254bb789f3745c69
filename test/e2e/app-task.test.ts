import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'
import { readToEnd } from '../support/read-to-end.ts'

suite('A task in the app', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
  })
  afterAll(() => world?.close())

  test('is followed live: plan, steps with their colours, words as markdown', async () => {
    await world.startTask(page, 'Have a look [[act:talk]]')
    await page.getByText('1 of 2').waitFor()
    await page.locator('summary', { hasText: 'ls -la' }).tap()
    await page.locator('.terminal .ansi-green', { hasText: 'ok' }).waitFor()
    await page.locator('.terminal .ansi-red', { hasText: 'not ok' }).waitFor()
    await page.locator('.markdown strong', { hasText: 'Rename' }).waitFor()
    await page.locator('.bar', { hasText: 'Completed' }).waitFor()
  })

  test('one tap answers what the agent asks, and it goes on', async () => {
    await world.startTask(page, 'Wait [[act:slow]]')
    await page.getByRole('button', { name: 'Run the tests.' }).tap()
    await page.locator('.said-person', { hasText: 'Run the tests.' }).waitFor()
  })

  test('interrupted, the turn ends and the next word is heard', async () => {
    await world.startTask(page, 'Wait [[act:slow]]')
    await page.getByText('On it.').waitFor()
    await page.getByLabel('Tell the agent…').fill('Now write [[act:write]]')
    await page.getByRole('button', { name: 'Send' }).tap()
    await page.locator('.said-person', { hasText: 'Now write' }).waitFor()
    await page.getByRole('button', { name: 'Interrupt' }).tap()
    await page.getByRole('link', { name: /^Change files/ }).tap()
    await readToEnd(page)
    await page.getByRole('button', { name: 'Approve' }).tap()
    await page.locator('.step-done', { hasText: 'Applied by the host' }).waitFor()
    await page.getByRole('button', { name: 'Back' }).tap()
    await page.locator('.bar', { hasText: 'Completed' }).waitFor()
    expect(existsSync(join(world.project, 'hello.txt'))).toBe(true)
  })

  test('what was done apart is applied to the project by a tap, and is no longer offered', async () => {
    rmSync(join(world.project, 'hello.txt'), { force: true })
    await world.startTask(page, 'Greet apart [[act:write]]', { isApart: true })
    await page.getByRole('link', { name: /^Change files/ }).tap()
    await readToEnd(page)
    await page.getByRole('button', { name: 'Approve' }).tap()
    await page.locator('.step-done', { hasText: 'Applied by the host' }).waitFor()
    await page.getByRole('button', { name: 'Back' }).tap()
    await page.locator('.bar', { hasText: 'Completed' }).waitFor()
    expect(existsSync(join(world.project, 'hello.txt'))).toBe(false)
    await page.getByRole('button', { name: 'Apply to the project’s folder' }).tap()
    await page.getByText('1 files were changed in').waitFor()
    expect(existsSync(join(world.project, 'hello.txt'))).toBe(true)
    await page.getByRole('button', { name: 'Back' }).tap()
    await page.getByText('Greet apart').first().waitFor()
    await page.getByRole('button', { name: 'Apply to the project’s folder' }).waitFor({ state: 'detached' })
    rmSync(join(world.project, 'hello.txt'))
  })

  test('a task that has ended goes on in another, which is told what is next', async () => {
    await world.startTask(page, 'Have a look [[act:talk]]')
    await page.locator('.bar', { hasText: 'Completed' }).waitFor()
    const ended = page.url()
    await page.getByLabel('Go on: what is next?').fill('And once more [[act:talk]]')
    await page.getByRole('button', { name: 'Send' }).tap()
    await page.waitForURL((url) => url.href !== ended)
    await page.getByText('And once more').first().waitFor()
    await page.locator('.bar', { hasText: 'Completed' }).waitFor()
  })

  test('a change is read in colours, and comments on its lines go back as one instruction', async () => {
    await world.startTask(page, 'Greet by name')
    await page.getByRole('link', { name: /^Delete/ }).waitFor()
    await page.getByRole('tab', { name: 'Changes 2' }).tap()
    await page.locator('.row-insert .code-keyword', { hasText: 'export' }).first().waitFor()
    await page.locator('.row-insert .word-changed', { hasText: 'name' }).first().waitFor()
    await page.locator('.row-insert button', { hasText: '1' }).first().tap()
    await page.getByLabel('What should be otherwise?').fill('Say good morning instead.')
    await page.getByRole('button', { name: 'Keep' }).tap()
    const comment = page.locator('.comment', { hasText: 'Say good morning instead.' })
    await comment.waitFor()
    await page.reload()
    await page.getByRole('tab', { name: 'Changes 2' }).tap()
    await comment.waitFor()
    await page.getByRole('button', { name: 'Send 1 comment to the agent' }).tap()
    await page.getByRole('tab', { name: 'Activity' }).tap()
    const said = page.locator('.said-person', { hasText: 'src/greet.js, line 1:' })
    await said.getByText('Say good morning instead.').waitFor()
  })

  test('of 20,000 steps only those in sight are in the document, and all can be reached', async () => {
    await world.startTask(page, 'A long day [[act:flood]]')
    await page.locator('.bar', { hasText: 'Completed' }).waitFor({ timeout: 90_000 })
    const first = page.locator('.tool-title', { hasText: /file-1\.ts$/ })
    const last = page.locator('.tool-title', { hasText: /file-20000\.ts$/ })
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
    await last.waitFor()
    expect(await first.count()).toBe(0)
    expect(await page.locator('.virtual-row').count()).toBeLessThanOrEqual(300)
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight / 2))
    await page
      .locator('.tool-title', { hasText: /file-(99|100)\d\d\.ts$/ })
      .first()
      .waitFor()
    await page.evaluate(() => window.scrollTo(0, 0))
    await first.waitFor()
    expect(await page.locator('.virtual-row').count()).toBeLessThanOrEqual(300)
    // One tap leads to what came last, and then there is nothing to be led to.
    const newest = page.getByRole('button', { name: 'To the newest' })
    await newest.tap()
    await last.waitFor()
    await newest.waitFor({ state: 'detached' })
    await expect
      .poll(() => page.evaluate(() => Math.abs(innerHeight + scrollY - document.documentElement.scrollHeight)))
      .toBeLessThan(2)
  })
})
