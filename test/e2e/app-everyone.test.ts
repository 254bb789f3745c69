import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cutOff, violationsOf } from '../support/accessible.ts'
import { demo } from '../support/agents/demo-project.ts'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'
import { writePlannedFiles } from '../support/plan/project.ts'
import { readToEnd } from '../support/read-to-end.ts'

const policy = [
  'version: 1',
  'rules:',
  '  - { match: { argv: [mkdir, held] }, verdict: ask, gesture: hold }',
  '  - { match: { argv: [mkdir, coded] }, verdict: ask, gesture: code }',
  '  - { match: { argv: [mkdir, verified] }, verdict: ask, gesture: passkey }',
].join('\n')

/** Each screen by its way there: nothing on it that WCAG 2.2 AA forbids, nothing cut off at 320 pixels, at text of 200 % or from right to left. */
suite('The app for everybody', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld({ policy })
    writePlannedFiles(world.project)
    page = await world.chromium.newPage()
  })
  afterAll(() => world?.close())

  async function isForEverybody(): Promise<void> {
    expect(await violationsOf(page)).toEqual([])
    expect(await cutOff(page)).toEqual([])
    await page.evaluate(() => {
      document.documentElement.dir = 'rtl'
    })
    expect(await cutOff(page)).toEqual([])
    await page.evaluate(() => {
      document.documentElement.dir = 'ltr'
    })
  }
  const deny = () => page.getByRole('button', { name: /^(Deny|Don’t answer)$/ })
  async function open(path: string): Promise<void> {
    await page.goto(world.origin + path)
    await page.locator('h1[tabindex]').waitFor()
  }
  /** Puts a value where the app keeps it; undefined: takes it away. */
  const keep = (key: string, value: unknown) =>
    page.evaluate(
      (given) =>
        new Promise<void>((resolve) => {
          const opening = indexedDB.open('countersign')
          opening.onsuccess = () => {
            const change = opening.result.transaction('values', 'readwrite')
            const values = change.objectStore('values')
            if (given.value === undefined) values.delete(given.key)
            else values.put(given.value, given.key)
            change.oncomplete = () => {
              opening.result.close()
              resolve()
            }
          }
        }),
      { key, value },
    )
  async function ask(words: string, kind: string, agent?: string): Promise<void> {
    await page.goto(`${world.origin}/new`)
    if (agent) await page.getByLabel(/^Agent/).selectOption({ label: agent })
    await page.getByLabel('What should be done?').fill(words)
    const apart = page.getByLabel('Work apart, on a branch of its own')
    if (await apart.count()) await apart.uncheck()
    if (kind === 'Follow a plan') await page.getByLabel('See its plan before it changes anything').check()
    await page.getByRole('button', { name: 'Start' }).tap()
    await page.getByRole('link', { name: new RegExp(`^${kind}`) }).tap()
    await deny().waitFor()
  }

  test('pairing, from the link to its end', async () => {
    await open('/pair')
    await isForEverybody()
    await page.goto(await world.pairingLink())
    await page.getByLabel('Your name').fill('Ada')
    await isForEverybody()
    await page.getByRole('button', { name: 'Pair', exact: true }).tap()
    const code = (await page.locator('.pair-code').textContent()) ?? ''
    await isForEverybody()
    await world.typeCode(code)
    await page.getByText(/^Paired with/).waitFor()
    await isForEverybody()
  })

  test.each([
    ['a command', 'Touch it [[act:run]]', 'Run a command'],
    ['a change of files', 'Write a greeting [[act:write]]', 'Change files'],
    ['a deletion', 'Delete it [[act:delete]]', 'Delete'],
    ['a plan', 'Tidy up [[act:planned]]', 'Follow a plan'],
    ['a question', 'Ask me first [[act:question]]', 'A question'],
  ])('an approval of %s, and what is said when it is answered', async (_, words, kind) => {
    await ask(words, kind)
    await isForEverybody()
    await deny().tap()
    await page.locator('.step-done', { hasText: 'Denied' }).waitFor()
    await isForEverybody()
  })

  test.each([
    ['read', 'mkdir "$(echo read)"'],
    ['hold', 'mkdir held'],
    ['code', 'mkdir coded'],
    ['passkey', 'mkdir verified'],
  ])('the gesture %s', async (_, command) => {
    await ask(command, 'Run a command', 'Command line')
    await readToEnd(page)
    await isForEverybody()
    await deny().tap()
    await page.locator('.step-done', { hasText: 'Denied' }).waitFor()
  })

  test('a task: what happened, which files changed', async () => {
    await ask(demo.task, 'Delete')
    await page.getByRole('link', { name: 'Open the task' }).tap()
    await page.getByRole('link', { name: 'Answer: Delete' }).waitFor()
    await isForEverybody()
    await page.getByRole('link', { name: 'Answer: Delete' }).tap()
    await readToEnd(page)
    await page.getByRole('button', { name: 'Approve' }).tap()
    await page.locator('.step-done', { hasText: 'Done' }).waitFor()
    await isForEverybody()
    await page.getByRole('link', { name: 'Open the task' }).tap()
    await page.locator('.bar', { hasText: 'Completed' }).waitFor()
    await isForEverybody()
    await page.getByRole('tab', { name: /^Changes/ }).tap()
    await page.locator('.file > summary').first().waitFor()
    await isForEverybody()
  })

  test('what is answered together', async () => {
    await world.startTask(page, 'Touch two files [[act:two]]')
    await page.goto(`${world.origin}/`)
    await page.getByRole('link', { name: /together$/ }).waitFor()
    await isForEverybody()
    await page.getByRole('link', { name: /together$/ }).tap()
    await page.getByText('touch two.txt').waitFor()
    await isForEverybody()
  })

  test.each(['/tasks', '/new', '/history', '/hosts', '/people', '/invite', '/settings', '/passkey'])(
    '%s',
    async (path) => {
      await open(path)
      await page.locator('main :is(.card, .list, .field, .section, li, .lead)').first().waitFor()
      await isForEverybody()
    },
  )

  test('without a network, and what is kept until there is one', async () => {
    await open('/hosts')
    await page.getByText('Online').waitFor()
    await world.chromium.setOffline(true)
    await page.getByRole('button', { name: 'Stop everything' }).tap()
    await page.getByRole('button', { name: 'Stop everything' }).tap()
    await page.getByRole('link', { name: '1 thing is not sent yet.' }).waitFor()
    await isForEverybody()
    await page.getByRole('link', { name: '1 thing is not sent yet.' }).tap()
    await page.getByRole('button', { name: 'Don’t send' }).waitFor()
    await isForEverybody()
    await page.getByRole('button', { name: 'Don’t send' }).tap()
    // Only then: else it may go out, and all that waits is gone.
    await page.getByText('Everything has been sent').waitFor()
    await world.chromium.setOffline(false)
  })

  test('a phone whose team has two logs', async () => {
    await keep('team-fork', { n: 1, at: Date.now() })
    await open('/')
    await page.getByRole('heading', { name: 'Nothing can be approved', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Forget the team on this phone' }).waitFor()
    await isForEverybody()
    await keep('team-fork', undefined)
  })

  test('a phone that is out of the team', async () => {
    await page.route('**/v1/**', (route) =>
      route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{"type":"key_unknown"}' }),
    )
    await open('/')
    await page.getByRole('heading', { name: 'This phone is out of the team' }).waitFor()
    await isForEverybody()
    await page.unrouteAll()
  })

  test('in Chinese', async () => {
    await open('/settings')
    await page.getByLabel('Language').selectOption('zh')
    await page.getByRole('heading', { name: '设置', level: 1 }).waitFor()
    await isForEverybody()
    for (const path of ['/', '/tasks', '/new', '/hosts']) {
      await open(path)
      await isForEverybody()
    }
    await open('/')
    await page
      .getByRole('link', { name: /^运行命令/ })
      .first()
      .tap()
    await page.getByRole('button', { name: '拒绝', exact: true }).waitFor()
    await isForEverybody()
  })
})
