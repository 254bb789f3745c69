import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Program } from '../../scripts/program.ts'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'
import { startOneMoreHost } from '../support/one-more-host.ts'

suite('Several hosts in the app', { needs: ['chromium', 'dbus-daemon'] }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-hosts-'))
  let world: AppWorld
  let page: Page
  let laptop: Program

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
    laptop = await startOneMoreHost({ origin: world.origin, folder, name: 'Laptop' })
  })
  afterAll(async () => {
    await laptop?.kill()
    await world?.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  })

  const chip = (name: string | RegExp) => page.getByRole('group', { name: 'Which host' }).getByRole('button', { name })
  const startOn = async (host: string, words: string) => {
    await page.goto(`${world.origin}/new`)
    await page.getByLabel('Host').selectOption({ label: `${host} (Online)` })
    await page.getByLabel('What should be done?').fill(words)
    await page.getByRole('button', { name: 'Start' }).tap()
    await page.waitForURL('**/task/*')
  }

  test('one more is paired by its link', async () => {
    const { link } = await laptop.fact(({ event }) => event === 'offer')
    await page.goto(String(link))
    await page.getByLabel('Your name').fill('Ada')
    await page.getByRole('button', { name: 'Pair', exact: true }).tap()
    await laptop.fact(({ event }) => event === 'locked')
    laptop.type(((await page.locator('.pair-code').textContent()) ?? '').replaceAll(/\D/g, ''))
    await page.getByText('Paired with Laptop').waitFor()
  })

  test('what waits and what was asked for is narrowed to one of them by one tap, and what waits elsewhere is still counted', async () => {
    await startOn('Laptop', 'Touch it [[act:run]]')
    await page.getByText('Waits for you').first().waitFor()
    await page.goto(`${world.origin}/`)
    await page.getByRole('link', { name: /^Run a command/ }).waitFor()
    await chip('Laptop 1 waits').tap()
    await page.getByRole('link', { name: /^Run a command/ }).waitFor()
    const others = await page.getByRole('group', { name: 'Which host' }).getByRole('button').allTextContents()
    const [, here = ''] = others.filter((words) => !words.startsWith('Laptop'))
    await chip(here).tap()
    await page.getByText(`Nothing waits on ${here}.`).waitFor()
    expect(await page.getByRole('link', { name: /^Run a command/ }).count()).toBe(0)
    await chip('All hosts 1 waits').waitFor()
    // The next list is narrowed likewise.
    await page.getByRole('link', { name: 'Tasks' }).tap()
    await page.getByText(`No task of ${here} is listed.`).waitFor()
    await chip('All hosts').tap()
    await page.getByRole('link', { name: /^Touch it/ }).waitFor()
  })

  test('what waits stands still while the rest of its screen loads', async () => {
    await page.addInitScript(() => {
      const moved: number[] = []
      Object.assign(window, { moved })
      new PerformanceObserver((list) => {
        for (const { startTime } of list.getEntries()) moved.push(startTime)
      }).observe({ type: 'layout-shift', buffered: true })
    })
    await page.goto(`${world.origin}/`)
    await page.getByRole('link', { name: /^Run a command/ }).waitFor()
    await chip('All hosts').waitFor()
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    expect(await page.evaluate(() => (window as unknown as { moved: number[] }).moved)).toEqual([])
  })

  test('an owner gives a host another name on its card, which it goes by everywhere from then on', async () => {
    await page.goto(`${world.origin}/hosts`)
    const card = page.locator('.card', { has: page.getByRole('heading', { name: 'Laptop' }) })
    await card.getByRole('button', { name: 'Rename' }).tap()
    const field = page.getByLabel('Name of this host')
    expect(await field.inputValue()).toBe('Laptop')
    await field.fill('Build box')
    await page.getByRole('button', { name: 'Save' }).tap()
    await page.getByRole('heading', { name: 'Build box' }).waitFor()
    await page.goto(`${world.origin}/`)
    await chip('Build box 1 waits').waitFor()
    await page.getByRole('link', { name: /^Run a command.*Build box/ }).waitFor()
    expect(await page.getByText('Laptop').count()).toBe(0)
  })
})
