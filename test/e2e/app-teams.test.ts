import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askForClaim, claimPath } from '#local/claim.ts'
import type { Program } from '../../scripts/program.ts'
import { startProgram } from '../../scripts/program.ts'
import { demo } from '../support/agents/demo-project.ts'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { notePageBadge, noteWorkerBadge, pageBadge } from '../support/badges.ts'
import { suite } from '../support/needs.ts'
import { startOneMoreHost } from '../support/one-more-host.ts'
import { until } from '../support/wait.ts'

suite('One phone in two teams', { needs: ['chromium', 'dbus-daemon'] }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-teams-'))
  const project = join(folder, 'work')
  const home = join(folder, 'home')
  let world: AppWorld
  let page: Page
  let work: Program

  /** A host of another team at the same relay, whose owner has let one more team in. */
  async function startOtherHost(): Promise<void> {
    const relayData = join(world.home, 'relay')
    const read = () => (existsSync(claimPath(relayData)) ? readFileSync(claimPath(relayData), 'utf8') : '')
    const spent = read()
    askForClaim(relayData)
    const claim = await until(() => (read() === spent ? '' : read()), { what: 'one more claim code' })
    mkdirSync(join(home, 'relay'), { recursive: true, mode: 0o700 })
    writeFileSync(claimPath(join(home, 'relay')), claim, { mode: 0o600 })
    work = await startOneMoreHost({ origin: world.origin, folder, name: 'Work laptop' })
  }

  const first = /^(?!.*Work laptop)/
  /** From the other team: one tap, on whichever of the first screens one is. */
  const show = async (name: string | RegExp, path = '/') => {
    await page.goto(world.origin + path)
    const chips = page.getByRole('group', { name: 'Teams on this phone' })
    const chip = chips.getByRole('button', { name })
    await chip.tap()
    await chip.and(page.locator('[aria-pressed="true"]')).waitFor()
    expect(page.url()).toBe(world.origin + path)
  }
  const other = /Work laptop: 1 waits/

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
    await startOtherHost()
  })
  afterAll(async () => {
    await work?.kill()
    await world?.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  })

  test('one more team is joined in the settings; who thinks better of it goes back, and loses nothing', async () => {
    await page.goto(`${world.origin}/settings`)
    await page.getByRole('button', { name: 'Join another team' }).tap()
    await page.getByText('Pair with a host').waitFor()
    await page.getByRole('button', { name: /^Back to/ }).tap()
    await page.getByText('Nothing waits for you').waitFor()
    await page.goto(`${world.origin}/settings`)
    await page.getByRole('button', { name: 'Join another team' }).tap()
    await page.getByText('Pair with a host').waitFor()
    const { link } = await work.fact(({ event }) => event === 'offer')
    await page.goto(String(link))
    await page.getByLabel('Your name').fill('Ada')
    await page.getByRole('button', { name: 'Pair', exact: true }).tap()
    await work.fact(({ event }) => event === 'locked')
    work.type(((await page.locator('.pair-code').textContent()) ?? '').replaceAll(/\D/g, ''))
    await page.getByText('Paired with Work laptop').waitFor()
    await page.getByRole('button', { name: 'Continue' }).tap()
    await page.getByText('Nothing waits for you').waitFor()
  })

  test('what waits in the other team is one line, and nothing of it shows in this one', async () => {
    await world.startTask(page, 'Remove it [[act:delete]]')
    await page.getByText('Waits for you').first().waitFor()
    await show(first)
    await page.getByRole('button', { name: other }).waitFor()
    expect(await page.getByRole('link', { name: /^Delete/ }).count()).toBe(0)
    await page.goto(`${world.origin}/history`)
    expect(await page.getByText('act:delete').count()).toBe(0)
    await page.goto(`${world.origin}/`)
    await page.getByRole('button', { name: other }).tap()
    await page.getByRole('link', { name: /^Delete/ }).tap()
    await page.getByRole('button', { name: 'Deny', exact: true }).tap()
    await page.locator('.step-done', { hasText: 'Denied' }).waitFor()
    expect(existsSync(join(project, demo.deleted))).toBe(true)
  })

  test('the badge counts both, wherever the app is opened, and page and worker agree; so it falls', async () => {
    await world.startTask(page, 'Touch it [[act:run]]')
    await page.getByText('Waits for you').first().waitFor()
    await show(first)
    await world.startTask(page, 'Touch it here [[act:run]]')
    await page.getByText('Waits for you').first().waitFor()
    const workers = await noteWorkerBadge(world.chromium.context)
    const both = async (count: number) => {
      await until(async () => (await pageBadge(page)) === count, { what: `${count} that wait, says the page` })
      await page.evaluate(() => navigator.serviceWorker.controller?.postMessage('look'))
      await until(async () => (await workers()) === count, { what: `${count} that wait, says the worker` })
    }
    await notePageBadge(page)
    // Where nobody has looked at the other team yet.
    await page.goto(`${world.origin}/settings`)
    await both(2)
    await page.goto(`${world.origin}/`)
    await page.getByRole('link', { name: /^Run a command/ }).tap()
    await page.getByRole('button', { name: 'Deny', exact: true }).tap()
    await page.locator('.step-done', { hasText: 'Denied' }).waitFor()
    await both(1)
    await show('Work laptop')
    await page.getByRole('link', { name: /^Run a command/ }).tap()
    await page.getByRole('button', { name: 'Deny', exact: true }).tap()
    await page.locator('.step-done', { hasText: 'Denied' }).waitFor()
    await both(0)
  })

  test('its push arrives while another team is shown, is answered by its own keys, and a tap on it opens it there', async () => {
    await world.turnOnPush(page)
    await world.startTask(page, 'Touch a file [[act:run]]')
    const asked = await world.tray.until(({ title }) => title.startsWith('Run a command'))
    await show(first)
    await page.getByRole('button', { name: other }).waitFor()
    world.tray.tap(asked, 'Approve')
    await world.tray.until(({ body }) => /released|ran|Done/i.test(body))
    await page.goto(`${world.origin}/`)
    await page.getByText('Nothing waits for you').waitFor()

    await show('Work laptop', '/hosts')
    await page.getByRole('heading', { name: 'Work laptop' }).waitFor()
    await world.startTask(page, 'Remove it [[act:delete]]')
    const second = await world.tray.until(({ title }) => title.startsWith('Delete'))
    await show(first)
    await page.getByRole('button', { name: other }).waitFor()
    world.tray.tap(second)
    await page.waitForURL('**/approval/*')
    await page.getByRole('button', { name: 'Deny', exact: true }).tap()
    await page.locator('.step-done', { hasText: 'Denied' }).waitFor()
    expect(existsSync(join(project, demo.deleted))).toBe(true)
  })

  test('a link of another team is refused before anything is answered, and can be joined beside this one', async () => {
    await show(first)
    const pairing = startProgram(['pair', '--json'], {
      env: { ...process.env, COUNTERSIGN_HOME: home, COUNTERSIGN_TEST: '1' },
    })
    const { link } = await pairing.fact(({ event }) => event === 'offer')
    await page.goto(String(link))
    await page.getByLabel('Your name').fill('Ada')
    await page.getByRole('button', { name: 'Pair', exact: true }).tap()
    await page.getByText('This device belongs to another team.').waitFor()
    await page.getByRole('button', { name: 'Join it as another team on this phone' }).tap()
    await page.getByText('Pairing link read').waitFor()
    expect(page.url()).toBe(`${world.origin}/pair`)
    await page.getByRole('button', { name: /^Back to/ }).tap()
    await page.waitForURL(`${world.origin}/`)
    await pairing.kill()
  })

  test('one team is left on this phone, and the other is as it was', async () => {
    await page.goto(`${world.origin}/settings`)
    const row = page.locator('li', { hasText: 'Work laptop' })
    await row.getByRole('button', { name: 'Leave on this phone' }).tap()
    await row.getByRole('button', { name: 'Leave on this phone' }).tap()
    await page.waitForURL(`${world.origin}/`)
    await page.goto(`${world.origin}/settings`)
    await page.getByText('Teams on this phone').waitFor()
    expect(await page.getByText('Work laptop').count()).toBe(0)
    await world.startTask(page, 'Remove it [[act:delete]]')
    await page.getByText('Waits for you').first().waitFor()
    const places = () => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).sort())
    await expect.poll(places, { timeout: 20_000 }).toEqual(['countersign', 'countersign-teams'])
  })
})
