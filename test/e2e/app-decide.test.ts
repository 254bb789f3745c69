import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demo } from '../support/agents/demo-project.ts'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'
import { readToEnd } from '../support/read-to-end.ts'
import { until } from '../support/wait.ts'

suite('Deciding in the app', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
  })
  afterAll(() => world?.close())

  const inProject = (path: string) => join(world.project, path)

  test('the exact change is read and approved on the page, and each step is checked when it is true', async () => {
    await world.startTask(page, 'Write a greeting [[act:write]]')
    await page.goto(`${world.origin}/`)
    await page.getByRole('link', { name: /^Change files/ }).tap()
    await page.locator('.row-insert').getByText('hello').waitFor()
    expect(existsSync(inProject('hello.txt'))).toBe(false)
    await readToEnd(page)
    await page.getByRole('button', { name: 'Approve' }).tap()
    for (const step of ['Sent', 'Applied by the host', 'Done']) {
      await page.locator('.step-done', { hasText: step }).waitFor()
    }
    expect(readFileSync(inProject('hello.txt'), 'utf8')).toBe('hello\n')
  })

  test('denied with a reason, it does not run, and the host says so', async () => {
    await world.startTask(page, 'Delete it [[act:delete]]')
    await page.getByRole('link', { name: /^Delete/ }).tap()
    await page.getByRole('button', { name: 'Add a reason' }).tap()
    await page.getByLabel('Reason (the agent will read it)').fill('Somebody still needs it.')
    await readToEnd(page)
    expect(await page.evaluate(() => window.scrollY)).toBeGreaterThan(0)
    await page.getByRole('button', { name: 'Deny', exact: true }).tap()
    await page.locator('.step-done', { hasText: 'Denied' }).waitFor()
    // What became of it is in sight.
    expect(await page.evaluate(() => window.scrollY)).toBe(0)
    await page.getByRole('link', { name: 'Open the task' }).tap()
    await page.getByText('Left legacy where it is.').waitFor()
    expect(existsSync(inProject(demo.deleted))).toBe(true)
  })

  test('denied and told what to do instead, the agent does that next', async () => {
    await world.startTask(page, 'Delete it [[act:delete]]')
    await page.getByRole('link', { name: /^Delete/ }).tap()
    await page.getByRole('button', { name: 'Deny and tell the agent…' }).tap()
    await page.getByLabel('What should the agent do instead?').fill('Write a greeting [[act:write]]')
    await page.keyboard.press('Control+Enter')
    await page.locator('.step-done', { hasText: 'Denied' }).waitFor()
    await page.getByRole('link', { name: 'Open the task' }).tap()
    await page.getByText('Left legacy where it is.').waitFor()
    await page.getByRole('link', { name: /^Change files/ }).tap()
    await page.getByRole('button', { name: 'Deny', exact: true }).tap()
    await page.locator('.step-done', { hasText: 'Denied' }).waitFor()
    expect(existsSync(inProject(demo.deleted))).toBe(true)
  })

  test('a task leads to what it asks, and an answer to what waits next', async () => {
    await world.startTask(page, 'Touch it [[act:run]]')
    await page.getByRole('link', { name: 'Answer: Run a command' }).waitFor()
    await world.startTask(page, 'Delete it [[act:delete]]')
    await page.getByRole('link', { name: 'Answer: Delete' }).tap()
    await page.getByRole('button', { name: 'Deny', exact: true }).tap()
    await page.getByRole('link', { name: /more waits?: Run a command$/ }).tap()
    await page.getByText('touch ran.txt').waitFor()
    await page.getByRole('button', { name: 'Deny', exact: true }).tap()
    await page.locator('.step-done', { hasText: 'Denied' }).waitFor()
  })

  test('what one task asks for is read whole and answered with one tap; what is left out waits', async () => {
    await world.startTask(page, 'Touch two files [[act:two]]')
    await page.goto(`${world.origin}/`)
    await page.getByRole('link', { name: 'Answer 2 of greetings together' }).tap()
    await page.getByText('touch one.txt').waitFor()
    await page.getByRole('checkbox').nth(1).tap()
    const paths = (await page.locator('article .block').allTextContents()).map((words) => words.split(' ')[1] ?? '')
    await readToEnd(page)
    await page.getByRole('button', { name: 'Approve 1' }).tap()
    await page
      .getByText(/^(Released|Done)$/)
      .first()
      .waitFor()
    expect(existsSync(inProject(paths[1] ?? ''))).toBe(false)
    await page.getByRole('checkbox').nth(1).tap()
    await readToEnd(page)
    await page.getByRole('button', { name: 'Approve 1' }).tap()
    await page
      .getByText(/^(Released|Done)$/)
      .nth(1)
      .waitFor()
    await until(() => paths.every((path) => existsSync(inProject(path))), { what: () => paths.join(' and ') })
  })

  test('the words of others can’t become anything but text', async () => {
    const seen: string[] = []
    page.on('dialog', (dialog) => {
      seen.push(dialog.message())
      void dialog.dismiss()
    })
    await world.startTask(page, '<img src=x onerror=alert(1)> **bold** \u202egnp.exe [[act:run]]')
    const headline = page.locator('.headline-text')
    await headline.getByText('<img src=x onerror=alert(1)>').waitFor()
    expect(await headline.textContent()).toContain('⟨U+202E⟩')
    expect(await page.locator('.screen img').count()).toBe(0)
    expect(seen).toEqual([])
  })

  test('with no page open and the worker stopped, a push is shown and Deny on it is applied', async () => {
    await world.turnOnPush(page)
    const before = world.tray.history().length
    const watcher = await world.chromium.newPage('about:blank')
    const workers = await world.chromium.workers(watcher)
    await world.startTask(page, 'Again [[act:delete]]')
    await world.tray.until(({ title }) => title === 'Delete · greetings')
    await workers.stopWorkers()
    await page.close()
    const asked = await world.tray.until(({ title }) => title === 'Delete · greetings')
    expect(world.tray.history().length).toBeGreaterThan(before)
    world.tray.tap(asked, 'Deny')
    await world.tray.until(({ body }) => body.includes('Denied: it did not run'))
    expect(existsSync(inProject(demo.deleted))).toBe(true)
    page = await world.chromium.newPage(`${world.origin}/`)
  })

  test('a tap on the notification itself opens the one approval', async () => {
    await world.startTask(page, 'And again [[act:delete]]')
    const asked = await world.tray.until(
      ({ title, actions }) => title === 'Delete · greetings' && actions.some(({ label }) => label === 'Approve'),
    )
    await page.goto(`${world.origin}/settings`)
    await page.getByRole('link', { name: 'People and devices' }).waitFor()
    world.tray.tap(asked)
    await page.waitForURL('**/approval/apr_*')
    await page.getByRole('button', { name: 'Deny', exact: true }).tap()
    await page.locator('.step-done', { hasText: 'Denied' }).waitFor()
  })

  test.each(['/', '/tasks', '/new', '/hosts', '/settings', '/pair'])(
    '%s has nothing that WCAG 2.2 AA forbids and a machine can find, in both themes',
    async (path) => {
      await page.goto(world.origin + path)
      await page.locator('h1[tabindex]').waitFor()
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const { violations } = await new AxeBuilder({ page })
          .setLegacyMode()
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
          .analyze()
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
      }
    },
  )
})
