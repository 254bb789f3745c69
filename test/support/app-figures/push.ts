import type { Figure } from '../../../bench/figure.ts'
import { figure, percentile } from '../../../bench/figure.ts'
import type { AppBench } from './open-app-bench.ts'

/** From the push event to the notification shown, and from the tap on Approve to the decision at the relay: as the service worker itself sees it. */
export async function appPush({ world, page, workerMeasures }: AppBench, rounds: number): Promise<Figure[]> {
  for (let round = 0; round < rounds; round += 1) {
    await world.startTask(page, `Round ${round} [[act:run]]`)
    const asked = await world.tray.until(({ actions }) => actions.some(({ label }) => label === 'Approve'))
    world.tray.tap(asked, 'Approve')
    await page.locator('.bar', { hasText: 'Completed' }).waitFor()
  }
  const [shown, sent] = [await workerMeasures('push-shown'), await workerMeasures('answer-sent')]
  return [
    figure('pushToShownMs.p50', percentile(shown, 50), 'ms'),
    figure('approveTapToSentMs.p50', percentile(sent, 50), 'ms'),
  ]
}
