import type { Page } from 'playwright-core'
import type { Figure } from '../../../bench/figure.ts'
import { figure, percentile } from '../../../bench/figure.ts'
import type { AppBench } from './open-app-bench.ts'

const acts = {
  /** As many lines as a large change has. */
  diff5000Lines: 'large-many',
  /** A file of a megabyte, as people write them. */
  diff1MbFile: 'large-megabyte',
  /** A minified file: one line of a megabyte. */
  diff1MbLine: 'large-line',
}
const rounds = 5

/** From the tap on the tab to the frame that shows the change's rows: its code is loaded, its patch is fetched, checked, opened, parsed and drawn. And the longest task meanwhile and while it is scrolled as a thumb does. */
export async function appDiff({ world, page }: AppBench): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const [name, act] of Object.entries(acts)) {
    await world.startTask(page, `A large change [[act:${act}]]`, { isApart: true })
    await page.locator('.bar', { hasText: 'Completed' }).waitFor({ timeout: 60_000 })
    const samples: number[] = []
    let longest = 0
    for (let round = 0; round < rounds; round += 1) {
      const seen = await openChange(page)
      samples.push(seen.ms)
      longest = Math.max(longest, seen.longest)
    }
    figures.push(figure(`${name}Ms.p50`, percentile(samples, 50), 'ms'))
    figures.push(figure(`${name}LongestTaskMs`, longest, 'ms'))
  }
  return figures
}

type Seen = { ms: number; longest: number }

async function openChange(page: Page): Promise<Seen> {
  await page.evaluate(() => caches.delete('blobs'))
  await page.reload()
  const tab = page.getByRole('tab', { name: 'Changes 1' })
  await tab.waitFor()
  await page.evaluate(() => {
    const seen: Seen = { ms: 0, longest: 0 }
    Object.assign(globalThis, { seen })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration)
    }).observe({ type: 'longtask' })
    document.addEventListener(
      'click',
      ({ timeStamp }) => {
        const look = () => {
          if (!document.querySelector('.row')) return requestAnimationFrame(look)
          return requestAnimationFrame(() => {
            seen.ms = performance.now() - timeStamp
          })
        }
        look()
      },
      { capture: true, once: true },
    )
  })
  await tab.tap()
  await page.waitForFunction(() => (globalThis as unknown as { seen: Seen }).seen.ms > 0)
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    for (let step = 0; step < 60; step += 1) {
      window.scrollBy(0, 150)
      await frame()
    }
  })
  return page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen)
}
