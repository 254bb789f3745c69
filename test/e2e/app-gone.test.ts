import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'

suite('A relay that has forgotten', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
    await world.turnOnPush(page)
  })
  afterAll(() => world?.close())

  /** Does `meanwhile`, and puts the relay's database back to what it was before, as from a backup. */
  async function forget(meanwhile: () => Promise<void>): Promise<void> {
    const [database, backup] = [join(world.home, 'relay'), join(world.home, 'backup')]
    await world.relay().stop()
    cpSync(database, backup, { recursive: true })
    await world.startRelay()
    await meanwhile()
    await world.relay().stop()
    rmSync(database, { recursive: true })
    cpSync(backup, database, { recursive: true })
    await world.startRelay()
  }

  test('of an approval that is gone the notification says after the tap that nothing runs, and so does the app', async () => {
    await forget(async () => {
      await world.startTask(page, 'Touch a file [[act:run]]')
      await world.tray.until(({ title }) => title === 'Run a command · greetings')
      await page.close()
    })
    const asked = await world.tray.until(({ title }) => title === 'Run a command · greetings')
    world.tray.tap(asked, 'Approve')
    const gone = await world.tray.until(({ body }) => body.includes('not any more: nothing runs by it'))
    expect(gone.actions.map(({ label }) => label)).not.toContain('Approve')
    page = await world.chromium.newPage(`${world.origin}/settings`)
    await page.getByRole('link', { name: 'People and devices' }).waitFor()
    world.tray.tap(gone)
    await page.waitForURL('**/approval/apr_*')
    await page.getByText('There is no such approval in this team, or not any more').waitFor()
    await page.getByRole('button', { name: 'Approve' }).waitFor({ state: 'detached' })
    await page.goto(`${world.origin}/`)
    await page.getByText('Nothing waits for you').waitFor()
    expect(existsSync(join(world.project, 'ran.txt'))).toBe(false)
  })
})
