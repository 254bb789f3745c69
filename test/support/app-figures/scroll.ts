import type { Figure } from '../../../bench/figure.ts'
import { figure, percentile } from '../../../bench/figure.ts'
import type { AppBench } from './open-app-bench.ts'

/** What a hard flick moves in a frame: 9,000 pixels a second. */
const FLICK = 150

/** Scrolls through a task of 20,000 steps as a thumb does: rows in the document, scripting a frame, the longest task, and the memory of the page. */
export async function appScroll({ world, page, devtools }: AppBench): Promise<Figure[]> {
  await world.startTask(page, 'A longer day [[act:flood]]')
  await page.locator('.bar', { hasText: 'Completed' }).waitFor({ timeout: 120_000 })
  await page.evaluate(() => {
    const seen = { longest: 0, rows: 0 }
    Object.assign(globalThis, { seen })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration)
    }).observe({ type: 'longtask' })
  })
  await devtools.send('Performance.enable')
  const scripting = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0) * 1_000
  }
  const samples: number[] = []
  let rows = 0
  let before = await scripting()
  for (let step = 0; step < 400; step += 1) {
    await page.evaluate(
      (pixels) =>
        new Promise((resolve) => {
          window.scrollBy(0, pixels)
          requestAnimationFrame(() => requestAnimationFrame(resolve))
        }),
      FLICK,
    )
    const after = await scripting()
    samples.push(after - before)
    before = after
    rows = Math.max(rows, await page.locator('.virtual-row').count())
  }
  await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  const longest = await page.evaluate(() => (globalThis as unknown as { seen: { longest: number } }).seen.longest)
  return [
    figure('scrollRows', rows, 'rows'),
    figure('scrollScriptMs.p95', percentile(samples, 95), 'ms/frame'),
    figure('scrollLongestTaskMs', longest, 'ms'),
    figure('taskPageHeapMb', usedSize / 1024 ** 2, 'MB'),
  ]
}
