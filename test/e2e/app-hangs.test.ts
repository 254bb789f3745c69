import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'
import { until } from '../support/wait.ts'

suite('A network that takes everything and answers nothing', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page
  const decided: string[] = []

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
    await world.turnOnPush(page)
    page.on('request', (request) => {
      if (request.url().endsWith('/decisions')) decided.push(request.postDataJSON().id)
    })
  })
  afterAll(() => world?.close())

  /** The relay's machine still takes connections and bytes; nobody looks at them. */
  async function whileHanging(run: () => Promise<unknown>): Promise<void> {
    const relay = world.relay().pid
    process.kill(-relay, 'SIGSTOP')
    try {
      await run()
    } finally {
      process.kill(-relay, 'SIGCONT')
    }
  }
  const hasRun = () => existsSync(join(world.project, 'ran.txt'))
  /** How often the host has let run what was asked for. */
  const releases = () =>
    readFileSync(join(world.home, 'host/journal.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .filter((line) => JSON.parse(line).entry.type === 'consume').length

  test('an answer is said to be kept and not sent yet while it is still tried, and counts once', async () => {
    await world.startTask(page, 'Touch a file [[act:run]]')
    await page.getByRole('link', { name: /^Run a command/ }).tap()
    await page.getByRole('button', { name: 'Approve' }).waitFor()
    await whileHanging(async () => {
      await page.getByRole('button', { name: 'Approve' }).tap()
      await page.locator('.step-now', { hasText: 'Kept on this device' }).waitFor()
      await page.getByText('the relay has not answered').waitFor()
      await page.getByText('1 thing is not sent yet.').waitFor()
      expect(hasRun()).toBe(false)
    })
    await page.locator('.step-done', { hasText: 'Applied by the host' }).waitFor()
    await page.getByText('1 thing is not sent yet.').waitFor({ state: 'detached' })
    expect(new Set(decided).size).toBe(1)
    expect(hasRun()).toBe(true)
    expect(releases()).toBe(1)
  })

  test('so is a tap on a notification', async () => {
    await world.startTask(page, 'Delete it [[act:delete]]')
    const asked = await world.tray.until(({ title }) => title === 'Delete · greetings')
    await whileHanging(async () => {
      world.tray.tap(asked, 'Approve')
      await world.tray.until(({ body }) => body.includes('Not sent yet: the relay has not answered'))
    })
    await world.tray.until(({ title, body }) => title === asked.title && /(Approved|Done): the host has/.test(body))
    await page.getByText('Completed', { exact: true }).waitFor()
    expect(releases()).toBe(2)
  })

  test('a task is shown as waiting to be sent, and is begun once', async () => {
    await page.goto(`${world.origin}/new`)
    await page.getByLabel('What should be done?').fill('Say hello [[act:say]]')
    await whileHanging(async () => {
      await page.getByRole('button', { name: 'Start' }).tap()
      await page.locator('.queued', { hasText: 'Say hello' }).waitFor()
    })
    await page.getByText('Completed', { exact: true }).waitFor()
    await page.goto(`${world.origin}/tasks`)
    await until(async () => (await page.getByRole('link', { name: /^Say hello/ }).count()) === 1, {
      what: 'one task and no more',
    })
  })
})
