import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demo } from '../support/agents/demo-project.ts'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'

suite('The app in Chromium', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
  })
  afterAll(() => world?.close())

  test('pairs by the link, with the code typed at the host', async () => {
    await world.pair(page)
    expect(page.url()).toBe(`${world.origin}/pair`)
    await page.getByRole('button', { name: 'Continue' }).tap()
    await page.getByText('Nothing waits for you').waitFor()
  })

  test('an approval is pushed, a trusted tap on Approve releases it, and the change is seen live', async () => {
    const folder = join(world.project, demo.deleted)
    await world.turnOnPush(page)
    await world.startTask(page, demo.task)
    const asked = await world.tray.until(({ title }) => title === 'Delete · greetings')
    expect(asked.body).toContain('deletes legacy')
    expect(existsSync(folder)).toBe(true)
    world.tray.tap(asked, 'Approve')
    await page.getByText('Completed', { exact: true }).waitFor()
    expect(existsSync(folder)).toBe(false)
    await page.getByRole('tab', { name: 'Changes 4' }).tap()
    await page.getByText('legacy/greet.old.js').waitFor()
    await world.tray.until(({ body }) => /(Approved|Done): the host has/.test(body))
  })

  test('nothing in it breaks its own content security policy', () => {
    expect(complaints).toEqual([])
  })
})
