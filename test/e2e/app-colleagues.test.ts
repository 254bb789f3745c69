import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld, phone } from '../support/app-world.ts'
import type { Chromium } from '../support/browsers/chromium.ts'
import { launchChromium } from '../support/browsers/chromium.ts'
import { invitePhone } from '../support/invite-phone.ts'
import { suite } from '../support/needs.ts'
import { readToEnd } from '../support/read-to-end.ts'

const policy = `version: 1
rules:
  - { match: {}, verdict: ask, tier: 2 }
`

// Whoever may see the host sees what is asked there, who answered, and why; rights decide only who may answer.
suite('Colleagues who see the same approval', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  const others: Chromium[] = []
  let ada: Page
  let grace: Page
  let viewer: Page

  beforeAll(async () => {
    world = await openAppWorld({ policy })
    ada = await world.chromium.newPage()
    await world.pair(ada)
    grace = await openPhone()
    await invitePhone(ada, grace, { name: 'Grace', maxTier: 1 })
    viewer = await openPhone()
    await invitePhone(ada, viewer, { name: 'Vera', role: 'viewer' })
  })
  afterAll(async () => {
    for (const other of others) await other.close()
    await world?.close()
  })

  async function openPhone(): Promise<Page> {
    const other = await launchChromium({ device: phone, origins: [world.origin] })
    others.push(other)
    return other.newPage()
  }

  const card = { name: /^Run a command/ }

  test('a viewer and one who may not so far see it among what others are asked, with the reason why not; a denial with its reason is told live to all', async () => {
    await world.startTask(ada, 'Touch a file [[act:run]]')
    await Promise.all([ada, grace, viewer].map((page) => page.goto(`${world.origin}/`)))
    for (const page of [grace, viewer]) {
      await page.getByRole('heading', { name: 'Others are asked' }).waitFor()
      expect(await page.getByText(/could not be opened/).count()).toBe(0)
      expect(await page.locator('.tab-bar .count').count()).toBe(0)
    }
    await Promise.all([ada, grace, viewer].map((page) => page.getByRole('link', card).first().tap()))
    await grace.getByText('You can’t approve this here.').waitFor()
    await viewer.getByText('You see it; others decide.').waitFor()
    expect(await viewer.getByRole('button', { name: 'Deny', exact: true }).count()).toBe(0)
    await ada.getByRole('button', { name: 'Add a reason' }).tap()
    await ada.getByLabel('Reason (the agent will read it)').fill('Not on a Friday.')
    await ada.getByRole('button', { name: 'Deny', exact: true }).tap()
    for (const page of [ada, grace, viewer]) {
      await page.locator('.said li', { hasText: /^Ada.*: denied · Not on a Friday\.$/ }).waitFor()
      await page.locator('.step', { hasText: 'Denied' }).waitFor()
    }
    await viewer.getByRole('link', { name: 'Open the task' }).tap()
    await viewer.locator('.said li', { hasText: 'Not on a Friday.' }).waitFor()
  })

  test('what one has answered is told at once, also while the host is away', async () => {
    await world.startTask(ada, 'Touch a file [[act:run]]')
    await Promise.all([ada, viewer].map((page) => page.goto(`${world.origin}/`)))
    await Promise.all([ada, viewer].map((page) => page.getByRole('link', card).first().tap()))
    await ada.getByRole('button', { name: 'Approve' }).waitFor()
    await world.host().kill()
    await readToEnd(ada)
    await ada.getByRole('button', { name: 'Approve' }).tap()
    await viewer.locator('.said li', { hasText: /^Ada.*: approved$/ }).waitFor()
  })
})
