import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { addAuthenticator } from '../support/browsers/virtual-authenticator.ts'
import { codeAtHost } from '../support/code-at-host.ts'
import { suite } from '../support/needs.ts'
import { readToEnd } from '../support/read-to-end.ts'
import { until } from '../support/wait.ts'

const policy = [
  'version: 1',
  'rules:',
  '  - { match: { argv: [mkdir, held] }, verdict: ask, gesture: hold }',
  '  - { match: { argv: [mkdir, coded] }, verdict: ask, gesture: code }',
  '  - { match: { argv: [mkdir, verified] }, verdict: ask, gesture: passkey }',
].join('\n')

suite('The gesture that an operation asks for', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld({ policy })
    page = await world.chromium.newPage()
    await world.pair(page)
  })
  afterAll(() => world?.close())

  const inProject = (path: string) => join(world.project, path)
  const applied = () => page.locator('.step-done', { hasText: 'Applied by the host' }).waitFor()

  async function ask(command: string): Promise<void> {
    await page.goto(`${world.origin}/new`)
    await page.getByLabel('Agent').selectOption({ label: 'Command line' })
    await page.getByLabel('What should be done?').fill(command)
    await page.getByRole('button', { name: 'Start' }).tap()
    await page.getByRole('link', { name: /^Run a command/ }).tap()
    await page.getByRole('button', { name: 'Deny', exact: true }).waitFor()
  }

  test('what can’t be inspected is read to its end first', async () => {
    await ask('mkdir "$(echo read)"')
    await page.getByText('What could not be inspected').waitFor()
    await readToEnd(page)
    await page.getByRole('button', { name: 'Approve' }).tap()
    await applied()
    await until(() => existsSync(inProject('read')), { what: 'the folder' })
  })

  test('to hold: a tap does nothing, a finger that stays approves', async () => {
    await ask('mkdir held')
    const button = page.getByRole('button', { name: 'Hold: Approve' })
    await button.tap()
    expect(await page.locator('.steps').count()).toBe(0)
    const box = (await button.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await applied()
    await page.mouse.up()
    await until(() => existsSync(inProject('held')), { what: 'the folder' })
  })

  test('a code: a wrong one is refused and said to be, the one that the host shows releases', async () => {
    await ask('mkdir coded')
    const right = await codeAtHost(world.home)
    await page.getByLabel('Code that the host shows').fill(right === '000000' ? '000001' : '000000')
    await readToEnd(page)
    await page.getByRole('button', { name: 'Approve' }).tap()
    await page.getByRole('alert').getByText('countersign code').waitFor()
    expect(existsSync(inProject('coded'))).toBe(false)
    await page.getByLabel('Code that the host shows').fill(right)
    await readToEnd(page)
    await page.getByRole('button', { name: 'Approve' }).tap()
    await applied()
    await until(() => existsSync(inProject('coded')), { what: 'the folder' })
  })

  test('a passkey is made where it is first needed, and verifies the person', async () => {
    await addAuthenticator(page)
    await ask('mkdir verified')
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Add a passkey to this device' }).tap()
    await readToEnd(page)
    await page.getByRole('button', { name: 'Approve' }).tap()
    await applied()
    await until(() => existsSync(inProject('verified')), { what: 'the folder' })
  })
})
