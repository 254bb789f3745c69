import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'

suite('Hosts and history in the app', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
  })
  afterAll(() => world?.close())

  test('what runs on a host is seen there, and all of it is stopped at once', async () => {
    for (const words of ['One that waits', 'Another that waits']) await world.startTask(page, `${words} [[act:slow]]`)
    await page.getByText('On it.').waitFor()
    await page.goto(`${world.origin}/hosts`)
    await page.getByRole('link', { name: /^Another that waits/ }).waitFor()
    await page.getByText('Online').waitFor()
    // Whatever runs there: nobody has to look for it.
    const stop = await page.getByRole('button', { name: 'Stop everything' }).boundingBox()
    const task = await page.getByRole('link', { name: /^Another that waits/ }).boundingBox()
    expect(stop?.y).toBeLessThan(task?.y ?? 0)
    await page.getByRole('button', { name: 'Stop everything' }).tap()
    await page.getByRole('button', { name: 'Stop everything' }).tap()
    await page.getByText('Sent.').waitFor()
    await page
      .getByRole('link', { name: /that waits/ })
      .first()
      .waitFor({ state: 'detached' })
    await page.getByText('Stopped and locked.').waitFor()
    const unlock = world.program(['unlock'])
    await unlock.fact(({ event }) => event === 'unlocked')
    await page.getByText('Stopped and locked.').waitFor({ state: 'detached', timeout: 60_000 })
    await page.goto(`${world.origin}/tasks`)
    await page
      .getByRole('link', { name: /that waits.*Canceled/ })
      .nth(1)
      .waitFor()
  })

  test('presence is true: a host that is gone is said to be', async () => {
    await page.goto(`${world.origin}/hosts`)
    await world.host().kill()
    await page.getByText('Offline').waitFor({ timeout: 60_000 })
    await world.startHost()
    await page.getByText('Online').waitFor({ timeout: 60_000 })
  })

  test('a host that is connected and does not answer is said not to, until it does', async () => {
    await page.goto(`${world.origin}/hosts`)
    await page.getByText('Online').waitFor()
    process.kill(world.host().pid, 'SIGSTOP')
    await page.getByText('It does not answer').waitFor({ timeout: 60_000 })
    expect(await page.getByText('Online').count()).toBe(0)
    process.kill(world.host().pid, 'SIGCONT')
    await page.getByText('Online').waitFor({ timeout: 60_000 })
    expect(await page.getByText('It does not answer').count()).toBe(0)
  })

  test('what was asked for is found again on this device, also without a network', async () => {
    await world.startTask(page, 'Delete the legacy folder [[act:delete]]')
    await page.getByRole('link', { name: /^Delete/ }).waitFor()
    await page.goto(`${world.origin}/tasks`)
    await page.getByRole('link', { name: 'History' }).tap()
    await page.getByText(/entries, on this device only/).waitFor()
    await world.chromium.setOffline(true)
    await page.getByRole('searchbox').fill('legacy folder')
    await page.getByText('1 entry, on this device only').waitFor()
    await page.getByRole('searchbox').fill('LEGACY delete vm')
    expect(await page.getByRole('link', { name: /legacy/i }).count()).toBeGreaterThanOrEqual(1)
    await world.chromium.setOffline(false)
  })

  test('who decided what on which device is read in the history, which is narrowed by that and by what came of it', async () => {
    await page.goto(`${world.origin}/`)
    await page.getByRole('link', { name: /^Delete/ }).tap()
    await page.getByRole('button', { name: 'Deny', exact: true }).tap()
    await page.locator('.step-done', { hasText: 'Denied' }).waitFor()
    await page.goto(`${world.origin}/history`)
    const narrow = (by: string) => page.getByRole('combobox', { name: by })
    await narrow('Outcome').selectOption('Denied')
    await page.getByText('1 entry, on this device only').waitFor()
    await page.getByRole('link', { name: /^Delete.*Ada · Pixel 9 \(Chrome\): denied/ }).waitFor()
    await narrow('Decided by').selectOption('Ada')
    await page.getByText('1 entry, on this device only').waitFor()
    await narrow('Kind').selectOption('Task')
    await page.getByText('Nothing found').waitFor()
    await narrow('Outcome').selectOption('Any outcome')
    await narrow('Decided by').selectOption('By anybody')
    await page.getByRole('link', { name: /^Delete the legacy folder.*Completed/ }).waitFor()
  })

  test('nothing in history and hosts that WCAG 2.2 AA forbids and a machine can find', async () => {
    for (const path of ['/history', '/hosts']) {
      await page.goto(world.origin + path)
      await page.locator('.card').first().waitFor()
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
          .analyze()
        expect([path, violations.map(({ id, nodes }) => [id, nodes[0]?.html])]).toEqual([path, []])
      }
    }
  })
})
