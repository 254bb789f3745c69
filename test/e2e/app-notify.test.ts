import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import type { TrayNotification } from '../support/browsers/notification-tray.ts'
import { suite } from '../support/needs.ts'

suite('What makes a sound', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
    await world.turnOnPush(page)
  })
  afterAll(() => world?.close())

  const titles = () => world.tray.history().map(({ title }) => title)

  test('what was turned off for a host is counted in one silent notification', async () => {
    const box = page.getByRole('checkbox', { name: 'Other approvals' })
    await box.tap()
    await expect.poll(() => box.isChecked()).toBe(false)
    await page.reload()
    await box.waitFor()
    await expect.poll(() => box.isChecked()).toBe(false)
    await world.startTask(page, 'Touch a file [[act:run]]')
    const digest = await world.tray.until(({ title }) => title === '1 approval waits')
    expect(digest.body).toContain('greetings')
    expect(titles()).not.toContain('Run a command · greetings')
  })

  test('what was not is shown by itself', async () => {
    await world.startTask(page, 'Delete it [[act:delete]]')
    await world.tray.until(({ title }) => title === 'Delete · greetings')
  })

  test('that a task has ended is told to who does not look at it, and the tap opens it', async () => {
    const task = new URL(page.url()).pathname
    await page.goto(`${world.origin}/settings`)
    const asked = await world.tray.until(({ title }) => title === 'Delete · greetings')
    world.tray.tap(asked, 'Approve')
    const ended = await world.tray.until(({ title }) => title === 'Task done · greetings')
    expect(ended.body).toContain('Delete it')
    expect(ended.hints).not.toHaveProperty('suppress-sound')
    world.tray.tap(ended)
    await page.waitForURL(`**${task}`)
  })

  test('to who does look at it, it makes no sound', async () => {
    await world.startTask(page, 'Say it [[act:say]]')
    const isIt = ({ title, body }: TrayNotification) => title.startsWith('Task done') && body.includes('Say it')
    const said = await world.tray.until(isIt)
    expect(said.hints).toMatchObject({ 'suppress-sound': true })
    await page.getByText('Completed').first().waitFor()
  })

  test('a tap on the digest opens all that waits', async () => {
    await page.goto(`${world.origin}/settings`)
    const digest = await world.tray.until(({ title }) => /approvals? waits?$/.test(title))
    world.tray.tap(digest)
    await page.getByRole('heading', { name: 'Waiting for you' }).waitFor()
    await page.getByRole('link', { name: /^Run a command/ }).waitFor()
  })

  test('in quiet hours what waits is counted, what is critical comes through, and what was shown before is replaced without a sound', async () => {
    await page.goto(`${world.origin}/settings`)
    await page.getByRole('checkbox', { name: 'Quiet hours' }).tap()
    await page.getByLabel('From', { exact: true }).fill('00:00')
    await page.getByLabel('To', { exact: true }).fill('23:59')
    // The last minute of the day is no part of it.
    await expect.poll(() => page.getByLabel('To', { exact: true }).inputValue()).toBe('23:59')
    const before = titles().length
    await world.startTask(page, 'Delete the rest [[act:delete]]')
    const counted = await world.tray.until(({ title }) => title === '2 approvals wait')
    expect(counted.hints).toMatchObject({ 'suppress-sound': true })
    await world.startTask(page, 'Publish it [[act:publish]]')
    const critical = await world.tray.until(({ body }) => body.includes('npm publish'))
    expect(critical.hints).not.toHaveProperty('suppress-sound')
    expect(critical.actions.map(({ label }) => label)).not.toContain('Approve')
    expect(titles().slice(before)).not.toContain('Delete · greetings')
    await page.goto(`${world.origin}/settings`)
    await page.getByRole('checkbox', { name: 'Quiet hours' }).tap()
    await expect.poll(() => page.getByRole('checkbox', { name: 'Quiet hours' }).isChecked()).toBe(false)
  })
})
