import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { addAuthenticator } from '../support/browsers/virtual-authenticator.ts'
import { codeAtHost } from '../support/code-at-host.ts'
import { tabTo } from '../support/keyboard.ts'
import { suite } from '../support/needs.ts'

const policy = [
  'version: 1',
  'rules:',
  '  - { match: { argv: [mkdir, held] }, verdict: ask, gesture: hold }',
  '  - { match: { argv: [mkdir, coded] }, verdict: ask, gesture: code }',
  '  - { match: { argv: [mkdir, verified] }, verdict: ask, gesture: passkey }',
].join('\n')

suite('The app without a finger', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld({ policy })
    page = await world.chromium.newPage()
  })
  afterAll(() => world?.close())

  const press = (key: string) => page.keyboard.press(key)
  async function choose(name: string | RegExp): Promise<void> {
    await tabTo(page, name)
    await press('Enter')
  }
  async function start(words: string): Promise<void> {
    await page.goto(`${world.origin}/new`)
    await page.getByLabel('What should be done?').waitFor()
    await tabTo(page, 'What should be done?')
    await page.keyboard.type(words)
    await tabTo(page, /^Work apart/)
    if (await page.getByLabel('Work apart, on a branch of its own').isChecked()) await press('Space')
    await choose('Start')
    await page.waitForURL('**/task/*')
  }

  test('pairs, asks for work, reads and approves it, and looks at what changed, by keys alone; what has the focus is never covered', async () => {
    await page.goto(await world.pairingLink())
    await page.getByLabel('Your name').waitFor()
    await tabTo(page, 'Your name')
    await page.keyboard.type('Ada')
    await choose('Pair')
    await world.typeCode((await page.locator('.pair-code').textContent()) ?? '')
    await page.getByText(/^Paired with/).waitFor()
    await choose('Continue')
    await page.getByRole('heading', { name: 'Waiting for you' }).waitFor()

    await start('Write a greeting [[act:write]]')
    await page.getByRole('link', { name: /^Change files/ }).waitFor()
    await choose(/^Change files/)
    await page.locator('.row-insert').getByText('hello').waitFor()
    await press('End')
    await page.getByRole('button', { name: 'Approve', disabled: false }).waitFor()
    await choose('Approve')
    await page.locator('.step-done', { hasText: 'Done' }).waitFor()
    expect(existsSync(join(world.project, 'hello.txt'))).toBe(true)
    await choose(/^Open the task/)
    await page.getByRole('tab', { name: 'Changes 1' }).waitFor()
    await tabTo(page, 'Activity')
    await press('ArrowRight')
    const panel = page.getByRole('tabpanel', { name: 'Changes 1' })
    await panel.getByText('hello.txt').waitFor()
    expect(await page.getByRole('tab', { selected: true }).textContent()).toBe('Changes 1')
    expect(await page.getByRole('tab', { name: 'Changes 1' }).getAttribute('aria-controls')).toBe(
      await panel.getAttribute('id'),
    )
    const file = panel.locator('details')
    expect(await file.evaluate((fold: HTMLDetailsElement) => fold.open)).toBe(true)
    await choose(/^Comment on line 1/)
    await page.keyboard.type('Louder')
    await choose('Keep')
    await panel.getByText('Louder').waitFor()
    await tabTo(page, /^hello\.txt/, 'Shift+Tab')
    await press('Enter')
    await expect.poll(() => file.evaluate((fold: HTMLDetailsElement) => fold.open)).toBe(false)
    await tabTo(page, 'Changes 1', 'Shift+Tab')
    await press('Home')
    expect(await page.getByRole('tab', { selected: true }).textContent()).toBe('Activity')
  })

  async function askFor(command: string): Promise<void> {
    await page.goto(`${world.origin}/new`)
    await page.getByLabel(/^Agent/).selectOption({ label: 'Command line' })
    await page.getByLabel('What should be done?').fill(command)
    await page.getByRole('button', { name: 'Start' }).tap()
    const asked = page.getByRole('link', { name: /^Run a command/ })
    await asked.waitFor()
    await choose(/^Run a command/)
    await page.getByRole('button', { name: 'Deny', exact: true }).waitFor()
    await press('End')
    const isAtEnd = () => window.scrollY + window.innerHeight >= document.documentElement.scrollHeight - 1
    await expect.poll(() => page.evaluate(isAtEnd)).toBe(true)
  }
  const applied = () => page.locator('.step-done', { hasText: 'Applied by the host' }).waitFor()

  test('each gesture has its keys: one to keep down, a code to type, a passkey by Enter', async () => {
    await askFor('mkdir held')
    await tabTo(page, 'Hold: Approve')
    await page.keyboard.down('Space')
    await applied()
    await page.keyboard.up('Space')
    await askFor('mkdir coded')
    await tabTo(page, /^Code that the host shows/)
    await page.keyboard.type(await codeAtHost(world.home))
    await choose('Approve')
    await applied()
    await addAuthenticator(page)
    await askFor('mkdir verified')
    await choose('Add a passkey to this device')
    await page.getByRole('button', { name: 'Approve', disabled: false }).waitFor()
    await choose('Approve')
    await applied()
  })

  test('Escape closes a picture, and leads back to where it was opened', async () => {
    await start('How does it look? [[act:pictures]]')
    await page.getByRole('button', { name: 'Show shot.png full screen' }).waitFor()
    await choose('Show shot.png full screen')
    await page.getByRole('dialog', { name: 'shot.png' }).waitFor()
    await press('Escape')
    await page.getByRole('dialog', { name: 'shot.png' }).waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Show shot.png full screen',
    )
    // What the picture put into the browser's history is gone: Back leads where it led before.
    await page.waitForFunction(() => !history.state?.over)
  })

  test('the first stop leads over the tabs to the title of the screen', async () => {
    await page.goto(`${world.origin}/settings`)
    await page.getByRole('link', { name: 'People and devices' }).waitFor()
    await tabTo(page, 'To the content', 'Shift+Tab')
    await page.getByRole('button', { name: 'To the content' }).waitFor()
    await press('Enter')
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
  })

  test('what begins to wait is said to a screen reader wherever one is', async () => {
    const other = await world.chromium.newPage(`${world.origin}/settings`)
    const said = other.locator('p[role=status].hidden-words')
    await said.waitFor({ state: 'attached' })
    await other.getByRole('link', { name: 'People and devices' }).waitFor()
    expect(await said.textContent()).toBe('')
    await start('Delete it [[act:delete]]')
    await said.getByText('Delete, greetings. 1 approval waits for you.').waitFor({ state: 'attached' })
    await other.close()
  })

  test('who wants no motion sees none', async () => {
    await start('Touch a file [[act:run]]')
    const asked = page.getByRole('link', { name: /^Run a command/ })
    await asked.waitFor()
    const approval = (await asked.getAttribute('href')) ?? ''
    const task = new URL(page.url()).pathname
    for (const path of ['/', approval, task, '/hosts', '/settings']) {
      await page.emulateMedia({ reducedMotion: 'reduce' })
      await page.goto(world.origin + path)
      await page.locator('h1[tabindex]').waitFor()
      const moving = await page.evaluate(() => [
        ...document.getAnimations().map(({ id }) => `running ${id}`),
        ...[...document.querySelectorAll('*')].flatMap((element) => {
          const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element)
          const isStill =
            animationName === 'none' && /^0s(, 0s)*$/.test(transitionDuration) && scrollBehavior === 'auto'
          return isStill ? [] : [element.className]
        }),
      ])
      expect([path, moving]).toEqual([path, []])
    }
  })
})
