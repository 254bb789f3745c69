import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'

suite('A phone is the witness of its host’s log', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld({ policy: 'version: 1\nrules: [{ match: {}, verdict: ask }]\n' })
    page = await world.chromium.newPage()
    await world.pair(page)
  })
  afterAll(() => world?.close())

  const journal = () => join(world.home, 'host/journal.jsonl')

  async function runAndDeny(): Promise<void> {
    await world.startTask(page, 'Touch a file [[act:run]]')
    await page.getByRole('link', { name: /^Run a command/ }).tap()
    await page.getByRole('button', { name: 'Deny', exact: true }).tap()
    await page.locator('.step', { hasText: 'Denied' }).waitFor()
  }

  test('the host’s page says how far the log was seen, and gives the command that finds it whole there', async () => {
    await runAndDeny()
    const context = page.context()
    await context.grantPermissions(['clipboard-read', 'clipboard-write', 'notifications'], { origin: world.origin })
    await page.goto(`${world.origin}/hosts`)
    await page.getByText('Its policy and its log').tap()
    await page.getByRole('button', { name: 'Copy the command that compares it there' }).tap()
    await page.getByText('Copied.').waitFor()
    const command = await page.evaluate(() => navigator.clipboard.readText())
    expect(command).toMatch(/^countersign audit verify --witness \d+:[\w-]{43}$/)
    const verified = world.program([...command.split(' ').slice(1), '--json'])
    expect(await verified.fact(({ event }) => event === 'audit')).toMatchObject({ whole: true, faults: 0 })
  })

  test('a log that was rolled back and goes on otherwise is an alarm at the host and on the first screen', async () => {
    await world.host().kill()
    const before = `${journal()}.before`
    copyFileSync(journal(), before)
    await world.startHost()
    await runAndDeny()
    await world.host().kill()
    copyFileSync(before, journal())
    await world.startHost()
    await runAndDeny()
    await page.goto(`${world.origin}/hosts`)
    await page.getByText('Its log was rolled back or rewritten').waitFor()
    await page.goto(`${world.origin}/`)
    await page.getByText('A host’s log was rolled back or rewritten').waitFor()
  })
})
