import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { lookAll, watchComplaints } from '../support/hostile-page.ts'
import { hostileStrings } from '../support/hostile-strings.ts'
import { suite } from '../support/needs.ts'
import { until } from '../support/wait.ts'

suite('What an agent writes to deceive', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page
  let complaints: string[] = []

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    complaints = await watchComplaints(page)
    await world.pair(page)
  })
  afterAll(() => world?.close())

  test('2,000 texts in every place of a task: nothing runs, nothing is hidden, no report', {
    timeout: 420_000,
  }, async () => {
    await world.startTask(page, `${hostileStrings(1)[0]} \u202e<img src=x onerror=alert(1)> [[act:hostile]]`)
    await until(
      () =>
        page.evaluate(() => {
          window.scrollTo(0, document.documentElement.scrollHeight)
          return document.body.textContent?.includes('h2321')
        }),
      { what: 'the last text', timeoutMs: 180_000 },
    )
    const activity = await lookAll(page)
    await page.getByRole('tab', { name: /^Changes/ }).tap()
    const changes = await lookAll(page)
    await page.goto(`${world.origin}/tasks`)
    await page.getByText('h0001').first().waitFor()
    const list = await lookAll(page)
    await page.goto(world.origin)
    const waiting = await lookAll(page)
    for (const seen of [activity, changes, list, waiting]) {
      expect(seen.unseen).toEqual([])
      expect(seen.foreign).toEqual([])
    }
    const marks = new Set([...activity.marks, ...changes.marks, ...list.marks])
    expect(marks.size).toBeGreaterThanOrEqual(2_000)
    expect(await page.evaluate(() => 'owned' in window)).toBe(false)
    expect(complaints).toEqual([])
  })
})
