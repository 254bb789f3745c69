import type { Figure } from '../../../bench/figure.ts'
import { figure, percentile } from '../../../bench/figure.ts'
import type { AppBench } from './open-app-bench.ts'

/** Lighthouse's "slow 4G": 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back; a phone's processor is a fourth of this one. */
const slow4g = { offline: false, latency: 150, downloadThroughput: 1_638_400 / 8, uploadThroughput: 768_000 / 8 }

/** The very first visit, with nothing kept, until something of use is drawn. */
export async function appFirstPaint({ world }: AppBench, rounds: number): Promise<Figure[]> {
  const samples: number[] = []
  const drawn: number[] = []
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
    const screen = await page.waitForFunction(() => document.querySelector('.tab-bar') && performance.now())
    drawn.push(Number(await screen.jsonValue()))
    await page.close()
  }
  return [
    figure('firstPaintSlow4gMs.p50', percentile(samples, 50), 'ms'),
    figure('firstScreenSlow4gMs.p50', percentile(drawn, 50), 'ms'),
  ]
}
