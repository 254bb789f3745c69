import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld, phone } from '../support/app-world.ts'
import { type Chromium, launchChromium } from '../support/browsers/chromium.ts'
import { suite } from '../support/needs.ts'
import { readToEnd } from '../support/read-to-end.ts'
import type { Face } from '../support/two-faced-relay.ts'
import { answerAs } from '../support/two-faced-relay.ts'

// Two persons on two phones: what runs here takes both.
const policy = `version: 1
rules:
  - { match: { argv: [touch, '*'] }, verdict: ask, persons: 2 }
  - { match: {}, verdict: ask }
`

suite('A team of two phones', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let other: Chromium
  let ada: Page
  let grace: Page

  beforeAll(async () => {
    world = await openAppWorld({ policy })
    ada = await world.chromium.newPage()
    await world.pair(ada)
    other = await launchChromium({ device: phone, origins: [world.origin] })
    grace = await other.newPage()
  })
  afterAll(async () => {
    await other?.close()
    await world?.close()
  })

  test('an owner invites a phone: it scans what is shown, its digits are typed, and it is in the team with its name', async () => {
    await ada
      .context()
      .grantPermissions(['clipboard-read', 'clipboard-write', 'notifications'], { origin: world.origin })
    await ada.goto(`${world.origin}/hosts`)
    await ada.getByRole('link', { name: 'People and devices' }).tap()
    await ada.getByText('Ada').first().waitFor()
    await ada.getByRole('link', { name: 'Invite a phone' }).tap()
    await ada.getByLabel('May approve up to').selectOption('2')
    await ada.getByRole('button', { name: 'Show the code' }).tap()
    await ada.getByRole('img', { name: 'QR code of the invitation' }).waitFor()
    await ada.getByRole('button', { name: 'Copy the link instead' }).tap()
    await ada.getByText('Copied.').waitFor()
    const link = await ada.evaluate(() => navigator.clipboard.readText())
    await grace.goto(link)
    await grace.getByLabel('Your name').fill('Grace')
    await grace.getByRole('button', { name: 'Pair', exact: true }).tap()
    await grace.getByText('Let the owner type this code').waitFor()
    const code = (await grace.locator('.pair-code').textContent()) ?? ''
    await ada.getByText('Grace answers').waitFor()
    const wrong = code.replace(/\d/, (digit) => String((Number(digit) + 1) % 10))
    await ada.getByLabel('Type the six digits that it shows').fill(wrong)
    await ada.getByRole('button', { name: 'Let it in' }).tap()
    await ada.getByText('2 more tries').waitFor()
    await ada.getByLabel('Type the six digits that it shows').fill(code)
    await ada.getByRole('button', { name: 'Let it in' }).tap()
    await ada.getByText('Grace is in the team').waitFor()
    await grace.getByText('You are in the team of').waitFor()
    await grace.getByRole('button', { name: 'Continue' }).tap()
    await grace.getByText('Nothing waits for you').waitFor()
    await ada.getByRole('button', { name: 'Continue' }).tap()
    await ada.getByRole('heading', { name: 'Grace' }).waitFor()
    await ada.getByText(/approver · may approve up to “Risky” · every host/).waitFor()
    expect((await new AxeBuilder({ page: ada }).analyze()).violations).toEqual([])
  })

  test('both see the same approval at the same time; one approval is not enough, two persons release it, and each sees who said what', async () => {
    await world.startTask(ada, 'Touch a file [[act:run]]')
    await grace.goto(`${world.origin}/`)
    await ada.goto(`${world.origin}/`)
    const card = { name: /^Run a command/ }
    await Promise.all([ada, grace].map((page) => page.getByRole('link', card).tap()))
    await Promise.all([ada, grace].map((page) => page.getByText('2 persons have to approve.').waitFor()))
    await grace.getByRole('button', { name: 'Add a reason' }).tap()
    await grace.getByLabel('Reason (the agent will read it)').fill('Looked at it.')
    await readToEnd(grace)
    await grace.getByRole('button', { name: 'Approve' }).tap()
    await grace.locator('.step-done', { hasText: 'Sent' }).waitFor()
    await ada.getByText('Looked at it.').waitFor()
    await ada.getByText(/Grace/).first().waitFor()
    expect(await ada.locator('.step-done', { hasText: 'Done' }).count()).toBe(0)
    await readToEnd(ada)
    await ada.getByRole('button', { name: 'Approve' }).tap()
    await Promise.all([ada, grace].map((page) => page.locator('.step-done', { hasText: 'Done' }).waitFor()))
  })

  test('the first denial settles it for both', async () => {
    await world.startTask(grace, 'Touch a file [[act:run]]')
    await Promise.all([ada, grace].map((page) => page.goto(`${world.origin}/`)))
    await Promise.all(
      [ada, grace].map((page) =>
        page
          .getByRole('link', { name: /^Run a command/ })
          .first()
          .tap(),
      ),
    )
    await grace.getByRole('button', { name: 'Deny', exact: true }).tap()
    await Promise.all([ada, grace].map((page) => page.locator('.step-done', { hasText: 'Denied' }).waitFor()))
    expect(await ada.getByRole('button', { name: 'Approve' }).count()).toBe(0)
    expect(existsSync(join(world.project, 'denied'))).toBe(false)
  })

  test('who was let in is said to the others until they answer; rights are changed and a lost phone goes with two taps', async () => {
    const third = await launchChromium({ device: phone, origins: [world.origin] })
    try {
      const pairing = world.program(['pair', '--json'])
      const { link } = await pairing.fact(({ event }) => event === 'offer')
      const edsger = await third.newPage(String(link))
      await edsger.getByLabel('Your name').fill('Edsger')
      await edsger.getByRole('button', { name: 'Pair', exact: true }).tap()
      await pairing.fact(({ event }) => event === 'locked')
      pairing.type(((await edsger.locator('.pair-code').textContent()) ?? '').replaceAll(/\D/g, ''))
      await ada.goto(`${world.origin}/`)
      await ada.getByRole('link', { name: /Admit a device/ }).tap()
      await ada.getByText(/calls itself/).waitFor()
      await readToEnd(ada)
      await ada.getByRole('button', { name: 'Approve' }).tap()
      await edsger.getByText(/^Paired with/).waitFor()
      await grace.goto(`${world.origin}/people`)
      await grace.getByText(/was added to your team/).waitFor()
      await grace.getByRole('button', { name: 'I know it' }).tap()
      await grace.getByText(/was added to your team/).waitFor({ state: 'detached' })
      await grace.getByText('Owners invite, change and remove devices.').waitFor()

      await ada.goto(`${world.origin}/people`)
      const card = ada.locator('article', { hasText: 'Edsger' })
      await card.getByRole('button', { name: 'Change rights' }).tap()
      await card.getByLabel('Role').selectOption('viewer')
      await card.getByRole('button', { name: 'Save' }).tap()
      await card.getByText(/viewer · every host/).waitFor()
      await card.getByRole('button', { name: 'Remove' }).tap()
      await card.getByRole('button', { name: 'Remove it' }).tap()
      await ada.getByText('It is out of the team.').waitFor()
      await card.waitFor({ state: 'detached' })
      await grace.getByRole('heading', { name: 'Edsger' }).waitFor({ state: 'detached' })
    } finally {
      await third.close()
    }
  })

  test('new keys for a phone: it starts anew with its name and its rights, is told to the others, and approves', async () => {
    await grace.goto(`${world.origin}/settings`)
    const idOf = () => grace.locator('dd.code').nth(1).textContent()
    await grace.getByText('Make new keys now?').waitFor({ state: 'detached' })
    const before = await idOf()
    await grace.getByRole('button', { name: 'New keys for this phone' }).tap()
    await grace.getByRole('button', { name: 'Make new keys' }).tap()
    await grace.waitForURL(`${world.origin}/`)
    await grace.getByText('Nothing waits for you').waitFor()
    await grace.goto(`${world.origin}/settings`)
    expect(await idOf()).not.toBe(before)
    await ada.goto(`${world.origin}/people`)
    await ada.getByText(/was added to your team/).waitFor()
    await ada.getByRole('button', { name: 'I know it' }).tap()
    await ada.getByRole('heading', { name: 'Grace' }).waitFor()
    await ada.getByText(/approver · may approve up to “Risky” · every host/).waitFor()

    await world.startTask(ada, 'Touch a file [[act:run]]')
    await Promise.all([ada, grace].map((page) => page.goto(`${world.origin}/`)))
    await Promise.all(
      [ada, grace].map(async (page) => {
        await page.getByRole('link', { name: /^Run a command/ }).tap()
        await readToEnd(page)
        await page.getByRole('button', { name: 'Approve' }).tap()
        await page.locator('.step-done', { hasText: 'Done' }).waitFor()
      }),
    )
  })

  const face: Face = { entries: null }
  /** Two owners sign at one place of the log, each before a relay of their own; then Grace is shown what Ada signed. */
  async function fork(ofGrace: (page: Page) => Promise<void>, ofAda: (page: Page) => Promise<void>): Promise<void> {
    face.entries = [...(await logOf(grace))]
    await ofGrace(grace)
    await ofAda(ada)
    face.entries = null
    await grace.goto(`${world.origin}/`)
    await grace.getByRole('heading', { name: 'Nothing can be approved' }).waitFor()
  }
  const hold = async (page: Page) => {
    await page.goto(`${world.origin}/hosts`)
    await page.getByText('Its policy and its log').tap()
    await page.getByRole('button', { name: 'Hold it to its policy' }).tap()
    await page.getByRole('button', { name: 'Hold it to that' }).tap()
    await page.getByText('Signed. The host follows as soon as it hears it.').waitFor()
  }
  const remove = async (page: Page) => {
    await page.goto(`${world.origin}/people`)
    const card = page.locator('article', { hasText: 'Ada' })
    await card.getByRole('button', { name: 'Remove' }).tap()
    await card.getByRole('button', { name: 'Remove it' }).tap()
    await page.getByText('It is out of the team.').waitFor()
  }
  const newKeys = async (page: Page) => {
    await page.goto(`${world.origin}/settings`)
    await page.getByRole('button', { name: 'New keys for this phone' }).tap()
    await page.getByRole('button', { name: 'Make new keys' }).tap()
    await page.waitForURL(`${world.origin}/`)
  }
  const logOf = (page: Page) =>
    page.evaluate(
      () =>
        new Promise<string[]>((resolve, reject) => {
          const opening = indexedDB.open('countersign')
          opening.onerror = () => reject(opening.error)
          opening.onsuccess = () => {
            const read = opening.result.transaction('values').objectStore('values').get('team')
            read.onsuccess = () => {
              opening.result.close()
              resolve((read.result as { entries: string[] }).entries)
            }
          }
        }),
    )

  test('a relay that shows two owners two logs freezes the phone: it shows both, an owner chooses one, and its code at the host settles it', async () => {
    await ada.goto(`${world.origin}/people`)
    const card = ada.locator('article', { hasText: 'Grace' })
    await card.getByRole('button', { name: 'Change rights' }).tap()
    await card.getByLabel('Role').selectOption('owner')
    await card.getByRole('button', { name: 'Save' }).tap()
    await card.getByText(/owner · may approve up to/).waitFor()
    await grace.goto(`${world.origin}/people`)
    await grace.getByRole('link', { name: 'Invite a phone' }).waitFor()
    await grace.context().route('**/v1/trust*', async (route) => {
      const request = route.request()
      const asked = { url: new URL(request.url()), method: request.method(), body: request.postData() ?? '' }
      const answer = await answerAs(face, asked)
      if (answer)
        await route.fulfill({ status: answer.status, contentType: 'application/json', body: await answer.text() })
      else await route.continue()
    })
    await fork(hold, hold)
    await grace
      .getByText(/^Holds the host .* to a policy$/)
      .nth(1)
      .waitFor()
    expect((await new AxeBuilder({ page: grace }).analyze()).violations).toEqual([])
    const other = grace.locator('section', { hasText: 'What the relay shows instead' })
    await other.getByRole('button', { name: 'This one counts' }).tap()
    await other.getByRole('button', { name: 'Sign it' }).tap()
    const code = (await other.locator('.branch-code').textContent()) ?? ''
    const settling = world.program(['team', 'settle', '--json'])
    await settling.fact(({ event }) => event === 'confirm')
    settling.type(code)
    await settling.fact(({ event }) => event === 'settled')
    await grace.getByText('Nothing waits for you').waitFor()
  })

  test('who can’t settle a fork leaves the team on this phone, and its way out ends at pairing', async () => {
    await fork(remove, newKeys)
    await grace.getByText(/^Takes .* out$/).waitFor()
    await grace.getByText(/^Gives .* new keys$/).waitFor()
    await grace.getByText('countersign team reset').waitFor()
    await grace.getByRole('button', { name: 'Forget the team on this phone' }).tap()
    await grace.getByRole('button', { name: 'Forget the team on this phone' }).tap()
    await grace.getByText('Pair with a host').waitFor()
  })
})
