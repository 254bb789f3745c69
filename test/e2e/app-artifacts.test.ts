import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { large } from '../support/agents/large-acts.ts'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'
import { png } from '../support/pictures.ts'

/** One finger across the middle of the screen. */
async function swipe(page: Page, to: 'left' | 'right'): Promise<void> {
  const { width = 0, height = 0 } = page.viewportSize() ?? {}
  const devtools = await page.context().newCDPSession(page)
  const path = [0.3, 0.4, 0.5, 0.6, 0.7].map((part) => (to === 'right' ? part : 1 - part) * width)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', xs: number[]) =>
    devtools.send('Input.dispatchTouchEvent', { type, touchPoints: xs.map((x) => ({ x, y: height / 2 })) })
  for (const [index, x] of path.entries()) await touch(index === 0 ? 'touchStart' : 'touchMove', [x])
  await touch('touchEnd', [])
  await devtools.detach()
}

suite('What a task made, in the app', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
  })
  afterAll(() => world?.close())

  test('a change of thousands of lines opens whole, scrolls, and takes a comment on its last line', async () => {
    await world.startTask(page, 'A long day [[act:large]]')
    await page.locator('.bar', { hasText: 'Completed' }).waitFor()
    await page.getByRole('tab', { name: 'Changes 3' }).tap()
    await page.locator('.row', { hasText: 'x=1;x=1;' }).first().waitFor()
    await page.locator('summary', { hasText: large.line }).tap()
    await page.locator('summary', { hasText: large.lines[0] }).tap()
    await page.locator('.row-insert .code-keyword', { hasText: 'export' }).first().waitFor()
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
    const last = page.locator('.row', { hasText: "const key = '⟨secret 1⟩'" })
    await last.waitFor()
    expect(await page.locator('.virtual-row').count()).toBeLessThanOrEqual(300)
    await last.getByRole('button', { name: String(large.lines[1]) }).tap()
    // Enter begins a new line, and the field grows by it.
    const field = page.getByLabel('What should be otherwise?')
    await field.pressSequentially('Take it from the environment.')
    const { height = 0 } = (await field.boundingBox()) ?? {}
    for (const more of ['And', 'never', 'log it.']) {
      await field.press('Enter')
      await field.pressSequentially(more)
    }
    await expect.poll(async () => (await field.boundingBox())?.height).toBeGreaterThan(height)
    expect(await field.evaluate((text) => text.scrollHeight <= text.clientHeight)).toBe(true)
    await field.press('Control+Enter')
    const comment = page.locator('.comment', { hasText: 'Take it from the environment.' })
    expect(await comment.textContent()).toBe('Take it from the environment.\nAnd\nnever\nlog it.')
    await page.locator('summary', { hasText: large.lines[0] }).tap()
    await page.locator('summary', { hasText: large.megabyte }).tap()
    await page.locator('.row', { hasText: 'export const value0' }).first().waitFor()
    // Read before, it needs no network.
    await page.reload()
    await page.getByRole('tab', { name: 'Changes 3' }).tap()
    await page.locator('.row', { hasText: 'x=1;x=1;' }).first().waitFor()
  })

  test('of many files the first, one between and the last open and fold, and what comes into sight by that is there', async () => {
    await world.startTask(page, 'Many parts [[act:eight-files]]')
    await page.locator('.bar', { hasText: 'Completed' }).waitFor()
    await page.getByRole('tab', { name: 'Changes 8' }).tap()
    const files = page.locator('.file')
    await expect.poll(() => files.count()).toBe(8)
    expect(await page.locator('.file[open]').count()).toBe(0)
    /** Whether lines stand wherever the file's list is on the screen. */
    const isFilled = (file: number) =>
      files
        .nth(file)
        .locator('.virtual')
        .evaluate((list) => {
          const { top, bottom } = list.getBoundingClientRect()
          const rows = [...list.children].map((row) => row.getBoundingClientRect())
          const begins = (rows[0]?.top ?? Number.POSITIVE_INFINITY) <= Math.max(top, 0) + 1
          return top < innerHeight && begins && (rows.at(-1)?.bottom ?? 0) >= Math.min(bottom, innerHeight) - 1
        })
    const heads = files.locator('summary')
    for (const file of [0, 4, 7]) {
      await heads.nth(file).tap()
      await expect.poll(() => isFilled(file)).toBe(true)
    }
    await heads.first().scrollIntoViewIfNeeded()
    await heads.first().tap()
    await expect.poll(() => isFilled(4)).toBe(true)
    await heads.first().tap()
    await expect.poll(() => isFilled(0)).toBe(true)
    await files.first().locator('.hunk-head').tap()
    await expect.poll(() => isFilled(4)).toBe(true)
    await heads.nth(4).tap()
    await heads.nth(7).scrollIntoViewIfNeeded()
    await expect.poll(() => isFilled(7)).toBe(true)
    await files.nth(7).locator('.row', { hasText: 'export const value0 ' }).getByRole('button').tap()
    await page.getByLabel('What should be otherwise?').waitFor()
  })

  test('pictures are seen where they came, and one opens over everything until Back, Escape or the cross', async () => {
    await world.startTask(page, 'How does it look? [[act:pictures]]')
    await page.locator('.bar', { hasText: 'Completed' }).waitFor()
    const thumbs = page.locator('.picture img')
    await expect.poll(() => thumbs.count()).toBe(3)
    await expect
      .poll(() => thumbs.evaluateAll((all) => all.map((each) => (each as HTMLImageElement).naturalWidth)))
      .toEqual([320, 200, 390])
    const place = page.url()
    const open = page.getByRole('button', { name: 'Show shot.png full screen' })
    const full = page.getByRole('dialog', { name: 'shot.png' })
    for (const close of [
      () => page.goBack(),
      () => page.keyboard.press('Escape'),
      () => page.getByRole('button', { name: 'Close' }).tap(),
    ]) {
      await open.tap()
      await full.waitFor()
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
        .analyze()
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
      await close()
      await full.waitFor({ state: 'hidden' })
      expect(await open.evaluate((button) => document.activeElement === button)).toBe(true)
      expect(page.url()).toBe(place)
    }
    await page.getByRole('button', { name: 'Back' }).tap()
    await page.waitForURL((url) => url.href !== place)
  })

  test('from one picture a swipe, an arrow key and a button lead to the others, and who only listens hears which it is', async () => {
    await page.goForward()
    await page.waitForURL('**/task/*')
    await page.getByRole('button', { name: 'Show shot.png full screen' }).tap()
    const place = page.getByRole('dialog').getByRole('status')
    const isAt = (n: number) => place.getByText(`${n} of 3`).waitFor()
    const next = page.getByRole('button', { name: 'Next picture' })
    const width = () => page.locator('.gallery-stage img').evaluate((img) => (img as HTMLImageElement).naturalWidth)
    await isAt(3)
    expect(await next.getAttribute('aria-disabled')).toBe('true')
    await swipe(page, 'right')
    await isAt(2)
    await expect.poll(width).toBe(200)
    await swipe(page, 'left')
    await isAt(3)
    // There is none after the last.
    await swipe(page, 'left')
    await isAt(3)
    await page.keyboard.press('ArrowLeft')
    await isAt(2)
    await page.getByRole('button', { name: 'Previous picture' }).tap()
    await isAt(1)
    await expect.poll(width).toBe(320)
    await page.keyboard.press('ArrowLeft')
    await isAt(1)
    await page.keyboard.press('ArrowRight')
    await isAt(2)
    await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'))
    await page.keyboard.press('ArrowRight')
    await isAt(1)
    await swipe(page, 'right')
    await isAt(2)
    await page.evaluate(() => document.documentElement.setAttribute('dir', 'ltr'))
    // Beside the picture.
    await page.locator('.gallery-stage').tap({ position: { x: 5, y: 5 } })
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.waitForFunction(() => !history.state?.over)
  })

  const photo = { name: 'IMG_0001.png', mimeType: 'image/png', buffer: png(3_000, 1_000, [180, 60, 60]) }
  const note = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') }

  test('photos go along with a task: made small, shown with a way to take them away, seen by the agent', async () => {
    await page.goto(`${world.origin}/new`)
    await page.getByLabel('What should be done?').fill('Look at this [[act:look]]')
    await page.getByLabel('Attach a photo or screenshot').setInputFiles([photo, { ...photo, name: 'b.png' }, note])
    await page.getByText('Not everything was attached').waitFor()
    await page.getByRole('button', { name: 'Remove b.jpg' }).tap()
    const thumb = page.getByRole('img', { name: 'IMG_0001.jpg' })
    expect(await thumb.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(2_048)
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
      .analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
    await page.getByRole('button', { name: 'Start' }).tap()
    await page.getByText(/^I see 1 pictures and 0 files: \d+ bytes, ffd8ffe0/).waitFor()
    await page.getByRole('button', { name: 'Show IMG_0001.jpg full screen' }).waitFor()
  })

  test('a photo attached without a network waits with its task, and goes when there is one', async () => {
    await page.goto(`${world.origin}/new`)
    await page.getByLabel('Attach a photo or screenshot').setInputFiles(photo)
    await page.getByRole('img', { name: 'IMG_0001.jpg' }).waitFor()
    await page.getByLabel('What should be done?').fill('Look later [[act:look]]')
    await world.chromium.setOffline(true)
    await page.getByRole('button', { name: 'Start' }).tap()
    await page.getByText('1 picture').waitFor()
    await page.reload()
    await page.getByText('1 picture').waitFor()
    await world.chromium.setOffline(false)
    await page.getByText(/^I see 1 pictures and 0 files/).waitFor()
    await page.getByLabel('Attach a photo or screenshot').setInputFiles(photo)
    await page.getByLabel('Go on: what is next?').fill('And this one [[act:look]]')
    await page.getByRole('button', { name: 'Send' }).tap()
    await page.getByText('And this one').first().waitFor()
    await page.getByText(/^I see 1 pictures and 0 files/).waitFor()
  })

  test('what another app shares begins a new task', async () => {
    await page.evaluate(
      async (bytes) => {
        const form = new FormData()
        form.append('pictures', new File([Uint8Array.from(bytes)], 'shot.png', { type: 'image/png' }))
        form.append('text', 'run rm -rf')
        await fetch('/share', { method: 'POST', body: form })
      },
      [...png(20, 20, [0, 0, 0])],
    )
    await page.goto(`${world.origin}/new`)
    await page.getByRole('img', { name: 'shared 1.jpg' }).waitFor()
    expect(await page.getByLabel('What should be done?').inputValue()).toBe('')
    await page.reload()
    await page.getByLabel('What should be done?').waitFor()
    expect(await page.getByRole('img', { name: 'shared 1.jpg' }).count()).toBe(0)
  })

  test('what a command wrote beyond the log is fetched by a tap: its end as a terminal shows it, all of it to save', async () => {
    await world.startTask(page, 'Build [[act:chatter]]')
    await page.locator('.bar', { hasText: 'Completed' }).waitFor()
    await page.getByRole('button', { name: 'Fetch' }).tap()
    await page.locator('.terminal .ansi-green', { hasText: 'built' }).waitFor()
    const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Save' }).tap()])
    expect(saved.suggestedFilename()).toBe('npm run build.log')
  })
})
