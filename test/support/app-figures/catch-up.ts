import type { Figure } from '../../../bench/figure.ts'
import { figure, percentile } from '../../../bench/figure.ts'
import type { AppBench } from './open-app-bench.ts'

/** Opens the app after 10,000 events and more were missed: until what needs a person is known, and what the relay's answers weigh until then. */
export async function appCatchUp({ world, page, devtools }: AppBench, rounds: number): Promise<Figure[]> {
  await world.startTask(page, 'A long day [[act:flood]]')
  await page.goto('about:blank')
  const other = await world.chromium.newPage(`${world.origin}/tasks`)
  await other.getByRole('link', { name: /^A long day.*Completed/ }).waitFor({ timeout: 120_000 })
  await world.startTask(other, 'One that asks [[act:run]]')
  await other.getByRole('link', { name: /^Run a command/ }).waitFor()
  await other.close()
  await devtools.send('Network.enable')
  let bytes = 0
  const ours = new Set<string>()
  devtools.on('Network.responseReceived', ({ requestId, response }) => {
    if (new URL(response.url).pathname.startsWith('/v1/')) ours.add(requestId)
  })
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (ours.has(requestId)) bytes += encodedDataLength
  })
  const samples: number[] = []
  const weights: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    bytes = 0
    await page.goto(`${world.origin}/`)
    const known = await page.waitForFunction(() => performance.getEntriesByName('needs-known')[0]?.startTime)
    samples.push(Number(await known.jsonValue()))
    weights.push(bytes)
  }
  return [
    figure('catchUpMs.p95', percentile(samples, 95), 'ms'),
    figure('catchUpKb', percentile(weights, 100) / 1_000, 'kB'),
  ]
}
