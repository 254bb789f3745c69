import type { Figure } from '../../../bench/figure.ts'
import { figure, percentile } from '../../../bench/figure.ts'
import type { AppBench } from './open-app-bench.ts'

/** Lighthouse's "slow 4G": 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back; a phone's processor is a fourth of this one. */
const slow4g = { offline: false, latency: 150, downloadThroughput: 1_638_400 / 8, uploadThroughput: 768_000 / 8 }

/** A paired phone that opens the app with none of its files kept: until anything is drawn, and until what needs a person is (the first card, or that nothing waits). */
export async function appFirstPaint({ world }: AppBench, rounds: number): Promise<Figure[]> {
  const samples: number[] = []
  const useful: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const page = await world.chromium.newPage()
    const devtools = await world.chromium.context.newCDPSession(page)
    await devtools.send('Network.enable')
    await devtools.send('Network.setBypassServiceWorker', { bypass: true })
    await devtools.send('Network.setCacheDisabled', { cacheDisabled: true })
    await devtools.send('Network.emulateNetworkConditions', slow4g)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    await page.goto(`${world.origin}/`)
    const painted = await page.waitForFunction(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    )
    samples.push(Number(await painted.jsonValue()))
    const screen = await page.waitForFunction(
      () => document.querySelector('.content .card, .content .empty-title') && performance.now(),
    )
    useful.push(Number(await screen.jsonValue()))
    await page.close()
  }
  return [
    figure('firstPaintSlow4gMs.p50', percentile(samples, 50), 'ms'),
    figure('firstUsefulSlow4gMs.p50', percentile(useful, 50), 'ms'),
  ]
}
