import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld, phone } from '../support/app-world.ts'
import type { Chromium } from '../support/browsers/chromium.ts'
import { launchChromium } from '../support/browsers/chromium.ts'
import { addAuthenticator } from '../support/browsers/virtual-authenticator.ts'
import { invitePhone } from '../support/invite-phone.ts'
import { suite } from '../support/needs.ts'
import { readToEnd } from '../support/read-to-end.ts'
import { until } from '../support/wait.ts'

// Of tier 3 by its own word: a passkey verifies the person.
const policy = `version: 1
rules:
  - { match: { argv: [mkdir, '*'] }, verdict: ask, tier: 3 }
  - { match: {}, verdict: ask }
`

suite('Passkeys of people who are no owners', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  const others: Chromium[] = []
  let ada: Page

  beforeAll(async () => {
    world = await openAppWorld({ policy })
    ada = await world.chromium.newPage()
    await world.pair(ada)
  })
  afterAll(async () => {
    for (const other of others) await other.close()
    await world?.close()
  })

  async function openPhone(): Promise<Page> {
    const other = await launchChromium({ device: phone, origins: [world.origin] })
    others.push(other)
    const page = await other.newPage()
    await addAuthenticator(page)
    return page
  }

  async function ask(folder: string): Promise<void> {
    await ada.goto(`${world.origin}/new`)
    await ada.getByLabel('Agent').selectOption({ label: 'Command line' })
    await ada.getByLabel('What should be done?').fill(`mkdir ${folder}`)
    await ada.getByRole('button', { name: 'Start' }).tap()
    await ada.getByRole('link', { name: /^Run a command/ }).waitFor()
  }

  async function approve(page: Page, folder: string): Promise<void> {
    await page.goto(`${world.origin}/`)
    await page.getByRole('link', { name: new RegExp(`^Run a command.*mkdir ${folder}`) }).tap()
    await readToEnd(page)
    await page.getByRole('button', { name: 'Approve' }).tap()
    await page.locator('.step-done', { hasText: 'Applied by the host' }).waitFor()
    await until(() => existsSync(join(world.project, folder)), { what: 'the folder' })
  }

  test('made on the way into the team, an approver’s passkey is stated by the owner who admits it, and approves a deploy', async () => {
    const grace = await openPhone()
    await invitePhone(ada, grace, { name: 'Grace', maxTier: 3, passkey: true })
    await ask('by-grace')
    await approve(grace, 'by-grace')
  })

  test('an approver without one makes it where it is missed, an owner confirms the link on theirs, and it approves', async () => {
    const edsger = await openPhone()
    await invitePhone(ada, edsger, { name: 'Edsger', maxTier: 3 })
    await ask('by-edsger')
    await edsger.goto(`${world.origin}/`)
    await edsger.getByRole('link', { name: /^Run a command.*mkdir by-edsger/ }).tap()
    const add = edsger.getByRole('button', { name: 'Add a passkey to this device' })
    await add.waitFor()
    expect(await edsger.getByRole('button', { name: 'Approve' }).count()).toBe(0)
    await add.tap()
    await edsger.getByRole('button', { name: 'Make a passkey' }).tap()
    await edsger.getByRole('img', { name: 'QR code of the passkey to confirm' }).waitFor()
    expect((await new AxeBuilder({ page: edsger }).analyze()).violations).toEqual([])
    await edsger.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: world.origin })
    await edsger.getByRole('button', { name: 'Copy the link' }).tap()
    await edsger.getByText('it works for a day').waitFor()
    const link = await edsger.evaluate(() => navigator.clipboard.readText())

    await ada.goto(`${world.origin}/people`)
    await ada.getByRole('link', { name: 'Confirm a passkey' }).tap()
    await ada.getByLabel('Or paste the link').fill(link)
    await ada.getByText(/^Edsger.* wants to approve/).waitFor()
    await ada.getByText('approver, may approve up to “Critical”').waitFor()
    await ada.getByRole('button', { name: 'Confirm it' }).tap()
    await ada.getByText('Every host hears of it.').waitFor()
    await edsger.getByText('This device has its passkey.').waitFor()
    await approve(edsger, 'by-edsger')
  })
})
