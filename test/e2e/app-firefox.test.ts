import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demo } from '../support/agents/demo-project.ts'
import type { AppStack } from '../support/app-stack.ts'
import { openAppStack } from '../support/app-stack.ts'
import type { Firefox } from '../support/browsers/firefox.ts'
import { launchFirefox } from '../support/browsers/firefox.ts'
import type { FirefoxPage } from '../support/browsers/firefox-page.ts'
import { suite } from '../support/needs.ts'
import type { Autopush } from '../support/push/autopush.ts'
import { startAutopush } from '../support/push/autopush.ts'

suite('The app in Firefox', { needs: ['firefox', 'dbus-daemon', 'notify-send'] }, () => {
  let stack: AppStack
  let autopush: Autopush
  let firefox: Firefox
  let page: FirefoxPage

  beforeAll(async () => {
    stack = await openAppStack()
    autopush = await startAutopush(stack.pushes)
    firefox = await launchFirefox({ autopush, tray: stack.tray })
    page = await firefox.newPage(`${stack.origin}/`)
    await page.setViewport(390, 844, 2)
  })
  afterAll(async () => {
    await firefox?.close()
    await autopush?.close()
    await stack?.close()
  })

  const sees = (words: string) => page.until((text) => document.body.textContent.includes(text), words)

  const inProject = (path: string) => join(stack.project, path)

  /** A button by its words. */
  const press = (words: string) =>
    page.until((text) => {
      const button = [...document.querySelectorAll('button')].find((one) => one.textContent?.trim() === text)
      button?.click()
      return button !== undefined
    }, words)

  /** The newest question about this, from the first screen. */
  async function openAsked(words: string): Promise<void> {
    await page.goto(`${stack.origin}/`)
    await page.until(
      (text) => [...document.querySelectorAll('a.card-link')].some((card) => card.textContent?.includes(text)),
      words,
    )
    await page.click('a.card-link[href^="/approval/"]')
    await page.until(() => document.querySelector('.answer-buttons') !== null)
  }

  const permit = (state: 'granted' | 'denied') =>
    firefox.bidi.send('permissions.setPermission', {
      descriptor: { name: 'notifications' },
      state,
      origin: stack.origin,
    })
  /** As from the settings of the browser. */
  const comeBack = () => page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange')))

  async function start(text: string): Promise<void> {
    await page.goto(`${stack.origin}/new`)
    await page.type('textarea', text)
    await page.click('input[name="apart"]')
    await page.click('button[type="submit"]')
    await page.until(() => location.pathname.startsWith('/task/'))
  }

  test('pairs, and its push address reaches the relay', async () => {
    await page.goto(await stack.pairingLink())
    await page.type('input', 'Ada')
    await page.click('button.button-primary')
    await stack.typeCode(await page.text('.pair-code'))
    await sees('Paired with')
    await page.goto(`${stack.origin}/settings`)
    await page.click('.section button.button-primary')
    await sees('You are asked here also when the app is closed.')
  })

  test('an approval is pushed; a trusted tap on Approve, with no page open, releases it', async () => {
    const folder = inProject(demo.deleted)
    await start(demo.task)
    const asked = await stack.tray.until(({ title }) => title === 'Delete · greetings')
    expect(asked.body).toContain('deletes legacy')
    await page.close()
    expect(existsSync(folder)).toBe(true)
    stack.tray.tap(asked, 'Approve')
    await stack.tray.until(({ body }) => /(Approved|Done): the host has/.test(body))
    page = await firefox.newPage(`${stack.origin}/tasks`)
    await page.setViewport(390, 844, 2)
    await sees('Completed')
    expect(existsSync(folder)).toBe(false)
  })

  test('a trusted tap on Deny refuses it', async () => {
    await start('Write a greeting [[act:write]]')
    const asked = await stack.tray.until(({ title }) => title === 'Change files · greetings')
    stack.tray.tap(asked, 'Deny')
    await stack.tray.until(({ body }) => body.includes('Denied: it did not run'))
    expect(existsSync(inProject('hello.txt'))).toBe(false)
  })

  test('a test notification goes out by the relay and comes back as a push, and that is said', async () => {
    await page.goto(`${stack.origin}/settings`)
    await press('Send a test notification')
    await stack.tray.until(({ title }) => title === 'Notifications work')
    await sees('It arrived')
  })

  test('a tap on the notification itself opens the one approval, and the page decides', async () => {
    await start('Touch a file [[act:run]]')
    const asked = await stack.tray.until(({ title }) => title === 'Run a command · greetings')
    stack.tray.tap(asked)
    await page.until(() => location.pathname.startsWith('/approval/'))
    await page.click('.answer-buttons .button:not(.button-primary)')
    await sees('Denied: it did not run')
    expect(existsSync(inProject('ran.txt'))).toBe(false)
    // It has led there: the next start is none of it.
    await page.goto(`${stack.origin}/`)
    await sees('Waiting for you')
    expect(await page.evaluate(() => location.pathname)).toBe('/')
  })

  test('what waits is found in the app, and approved there', async () => {
    await start('Touch a file [[act:run]]')
    await openAsked('touch ran.txt')
    await page.click('.answer-buttons .button-primary')
    await page.until(() =>
      [...document.querySelectorAll('.step-done')].some((step) => step.textContent?.startsWith('Done')),
    )
    expect(existsSync(inProject('ran.txt'))).toBe(true)
  })

  test('denied with a reason, it does not run, and the host says why', async () => {
    await start('Again [[act:run]]')
    await openAsked('touch ran.txt')
    await press('Add a reason')
    await page.type('.answer-bar textarea', 'Not today')
    await page.click('.answer-buttons .button:not(.button-primary)')
    await sees('Denied: it did not run')
    await sees('Not today')
  })

  test('while the relay can’t be reached a task is kept, shown as kept after a restart of the app, and sent when it is there again', async () => {
    await page.goto(`${stack.origin}/new`)
    await page.type('textarea', 'Say hello [[act:say]]')
    await stack.relay().kill()
    await page.click('button[type="submit"]')
    await sees('Not sent yet')
    await page.goto(`${stack.origin}/tasks`)
    await sees('Not sent yet')
    await stack.startRelay()
    await page.until(() => !document.body.textContent.includes('Not sent yet'))
    await sees('Say hello')
  })

  test('notifications that are taken back are said to be off; given again, they are on', async () => {
    await page.goto(`${stack.origin}/`)
    await sees('Waiting for you')
    await permit('denied')
    await comeBack()
    await sees('Notifications are blocked for this app')
    await permit('granted')
    await comeBack()
    await page.until(() => !document.body.textContent.includes('Notifications are blocked'))
  })
})
