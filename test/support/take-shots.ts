// Walks through the app as a person would and photographs each screen in both themes. `node test/support/take-shots.ts FOLDER`
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { demo } from './agents/demo-project.ts'
import { openAppWorld } from './app-world.ts'
import { writePlannedFiles } from './plan/project.ts'
import { readToEnd } from './read-to-end.ts'

const folder = process.argv[2] ?? 'shots'
mkdirSync(folder, { recursive: true })

async function shoot(page: Page, name: string): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) })
  }
}

const world = await openAppWorld()
try {
  const page = await world.chromium.newPage(`${world.origin}/`)
  await page.getByText('Pair with a host').waitFor()
  await shoot(page, 'pair')
  const [offer] = world.host().facts.filter(({ event }) => event === 'offer')
  await page.goto(String(offer?.link))
  await page.getByLabel('Your name').fill('Ada')
  await shoot(page, 'pair-names')
  await page.getByRole('button', { name: 'Pair', exact: true }).tap()
  const code = (await page.locator('.pair-code').textContent()) ?? ''
  await shoot(page, 'pair-code')
  world.host().type(code.replaceAll(/\D/g, ''))
  await page.getByText(/^Paired with/).waitFor()
  await shoot(page, 'paired')
  await page.getByRole('button', { name: 'Continue' }).tap()
  await page.getByText('Nothing waits for you').waitFor()
  await shoot(page, 'waiting-empty')
  await world.turnOnPush(page)
  // Before anything is asked: what changes under an open question is asked anew.
  writePlannedFiles(world.project)
  await page.goto(`${world.origin}/new`)
  await page.getByLabel('What should be done?').fill(demo.task)
  await shoot(page, 'new-task')
  for (const words of ['Touch it [[act:run]]', 'Write a greeting [[act:write]]', demo.task]) {
    await world.startTask(page, words)
    await page.getByText('Waits for you').first().waitFor()
  }
  await page.getByRole('link', { name: /^Delete/ }).waitFor()
  await shoot(page, 'task')
  await page.getByRole('tab', { name: /^Changes/ }).tap()
  await page.locator('.code-keyword').first().waitFor()
  await page.locator('button.row-number').last().tap()
  await page.getByLabel('What should be otherwise?').fill('Say good morning, and keep the name optional.')
  await page.getByRole('button', { name: 'Keep' }).tap()
  await page.locator('.comment').waitFor()
  // Where the comment was written is further down.
  await page.evaluate(() => window.scrollTo(0, 0))
  await page.waitForFunction(() => window.scrollY === 0)
  await shoot(page, 'task-changes')
  await page.goto(`${world.origin}/`)
  await page.getByRole('link', { name: /^Delete/ }).waitFor()
  await shoot(page, 'waiting')
  await page.goto(`${world.origin}/new`)
  await page.getByLabel('What should be done?').fill('Tidy up [[act:planned]]')
  await page.getByLabel('See its plan before it changes anything').check()
  await page.getByLabel('Work apart, on a branch of its own').uncheck()
  await shoot(page, 'new-task-plan')
  await page.getByRole('button', { name: 'Start' }).tap()
  await page.getByRole('link', { name: /^Follow a plan/ }).tap()
  await page.getByText('npm test', { exact: true }).waitFor()
  await shoot(page, 'plan')
  await world.startTask(page, 'Touch two files [[act:two]]')
  await page.goto(`${world.origin}/`)
  await page.getByRole('link', { name: /together$/ }).tap()
  await page.getByText('touch two.txt').waitFor()
  await shoot(page, 'together')
  await page.getByRole('button', { name: 'Deny 2' }).tap()
  await page.getByText('Denied').nth(1).waitFor()
  for (const [kind, name] of [
    ['Change files', 'edit'],
    ['Run a command', 'command'],
    ['Delete', 'delete'],
  ]) {
    await page.goto(`${world.origin}/`)
    await page.getByRole('link', { name: new RegExp(`^${kind}`) }).tap()
    await page.getByRole('button', { name: 'Deny', exact: true }).waitFor()
    await shoot(page, `approval-${name}`)
  }
  await readToEnd(page)
  await page.getByRole('button', { name: 'Approve' }).tap()
  await page.locator('.step-done').nth(2).waitFor()
  await shoot(page, 'approval-done')
  await page.getByRole('link', { name: 'Open the task' }).tap()
  await page.locator('.bar', { hasText: 'Completed' }).waitFor()
  await page.getByText('The tests pass.').waitFor()
  await shoot(page, 'task-completed')
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
  await shoot(page, 'task-done')
  await world.startTask(page, 'Have a look [[act:talk]]')
  await page.locator('.bar', { hasText: 'Completed' }).waitFor()
  await page.locator('summary', { hasText: 'ls -la' }).tap()
  await page.locator('.markdown strong').first().waitFor()
  await page.locator('.terminal').first().waitFor()
  await shoot(page, 'task-talk')
  await world.startTask(page, 'Wait [[act:slow]]')
  await page.getByText('On it.').waitFor()
  await shoot(page, 'task-live')
  await world.startTask(page, 'How does it look? [[act:pictures]]')
  await page.locator('.bar', { hasText: 'Completed' }).waitFor()
  await page.locator('.picture img').nth(2).waitFor()
  await shoot(page, 'task-pictures')
  await page.getByRole('button', { name: 'Show shot.png full screen' }).tap()
  await page.getByRole('dialog', { name: 'shot.png' }).waitFor()
  await shoot(page, 'picture')
  await page.keyboard.press('Escape')
  await page.waitForFunction(() => !history.state?.over)
  for (const name of ['tasks', 'history', 'hosts', 'settings']) {
    await page.goto(`${world.origin}/${name}`)
    await page.locator('.card, .list').first().waitFor()
    await shoot(page, name)
  }
  await page.goto(`${world.origin}/people`)
  await page.getByText('Ada').first().waitFor()
  await shoot(page, 'people')
  await page.getByRole('link', { name: 'Invite a phone' }).tap()
  await page.getByLabel('Role').waitFor()
  await shoot(page, 'invite')
  await page.getByRole('button', { name: 'Show the code' }).tap()
  await page.getByRole('img', { name: 'QR code of the invitation' }).waitFor()
  await shoot(page, 'invite-code')
  await world.chromium.setOffline(true)
  await page.goto(`${world.origin}/`)
  await page.locator('.banner').waitFor()
  await shoot(page, 'offline')
  await world.chromium.setOffline(false)
  for (const [width, height] of [
    [1280, 800],
    [1920, 1080],
  ] as const) {
    const name = (what: string) => `desktop-${width}-${what}`
    await page.setViewportSize({ width, height })
    await page.goto(`${world.origin}/`)
    await page.getByRole('link', { name: /^Change files/ }).waitFor()
    await shoot(page, name('waiting'))
    await page.getByRole('link', { name: /^Change files/ }).tap()
    await page.getByRole('button', { name: 'Deny', exact: true }).waitFor()
    await shoot(page, name('approval'))
    await page.goto(`${world.origin}/tasks`)
    await page.getByRole('link', { name: /^Say hello to everybody/ }).tap()
    await page.getByText('The tests pass.').waitFor()
    await shoot(page, name('task'))
    await page.getByRole('tab', { name: /^Changes/ }).tap()
    await page.locator('summary', { hasText: 'src/greet.js' }).tap()
    await page.locator('.code-keyword').first().waitFor()
    await shoot(page, name('changes'))
    await page.goto(`${world.origin}/hosts`)
    await page.locator('.card').first().waitFor()
    await shoot(page, name('hosts'))
    await page.goto(`${world.origin}/history`)
    await page
      .getByRole('link', { name: /^Delete/ })
      .first()
      .tap()
    await page.locator('.beside-detail .steps').waitFor()
    await shoot(page, name('history'))
  }
} finally {
  await world.close()
}
