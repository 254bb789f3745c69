import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AppWorld, openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'

suite('Sessions in the app', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page
  beforeAll(async () => {
    world = await openAppWorld({ agentArgs: ['--lists'] })
    page = await world.chromium.newPage()
    await world.pair(page)
  })
  afterAll(() => world?.close())

  async function noViolations(): Promise<void> {
    const axe = new AxeBuilder({ page }).setLegacyMode().withTags(['wcag2a', 'wcag2aa', 'wcag22aa'])
    const { violations } = await axe.analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  }
  async function shoot(name: string): Promise<void> {
    if (process.env.COUNTERSIGN_SHOTS)
      await page.screenshot({ path: join(process.env.COUNTERSIGN_SHOTS, `${name}.png`), fullPage: true })
  }

  test('an agent’s session is chosen for a new task, which goes on in it in the project’s folder', async () => {
    await world.startTask(page, 'Remember the word [[act:say]]')
    await page.getByText('Completed').first().waitFor()
    await page.goto(`${world.origin}/new`)
    await page.getByLabel('What should be done?').fill('Which word? [[act:say]]')
    await page.getByRole('button', { name: 'Continue a session…' }).tap()
    const sessions = page.getByRole('combobox', { name: /^Session/ })
    await sessions.waitFor()
    await shoot('sessions')
    await noViolations()
    await sessions.selectOption({ index: 1 })
    expect(await page.getByLabel('Work apart, on a branch of its own').count()).toBe(0)
    await page.getByRole('button', { name: 'Start' }).tap()
    await page.waitForURL('**/task/*')
    await page.getByText('Completed').first().waitFor()
    // It went on in that one: there is still no other.
    await page.goto(`${world.origin}/new`)
    await page.getByRole('button', { name: 'Continue a session…' }).tap()
    await sessions.waitFor()
    expect(await sessions.locator('option').count()).toBe(2)
  })

  test('what somebody started in a terminal stands on its host’s card and under Tasks, with what it asks', async () => {
    const child = spawn(
      process.execPath,
      [
        join(import.meta.dirname, '../../cli/countersign.mjs'),
        'hook',
        'claude-code',
        '--answer',
        '--state',
        world.home,
      ],
      { stdio: ['pipe', 'ignore', 'inherit'] },
    )
    child.stdin.end(
      JSON.stringify({
        session_id: 'f0d9f1f0-0000-4000-8000-000000000000',
        cwd: world.project,
        hook_event_name: 'PermissionRequest',
        tool_name: 'Bash',
        tool_input: { command: 'mkdir made' },
      }),
    )
    await page.goto(`${world.origin}/tasks`)
    await page.getByRole('heading', { name: 'In a terminal' }).waitFor()
    await page.getByText('mkdir made').first().waitFor()
    await shoot('terminals-tasks')
    await page.goto(`${world.origin}/hosts`)
    await page.getByRole('link', { name: '1 question waits for an answer' }).waitFor()
    await shoot('terminals-host')
    await noViolations()
    child.kill('SIGKILL')
  })
})
