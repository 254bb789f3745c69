import { appCatchUp } from './app-catch-up.ts'
import { appDiff } from './app-diff.ts'
import { appFirstPaint } from './app-first-paint.ts'
import { appPush } from './app-push.ts'
import { appScroll } from './app-scroll.ts'
import { startAppBench } from './app-world.ts'
import type { Figure } from './figure.ts'

/** The app's own figures, in Debian's Chromium on this machine. Real phones: not run. */
export async function appBrowser(rounds: number): Promise<Figure[]> {
  const bench = await startAppBench()
  try {
    return [
      ...(await appPush(bench, rounds)),
      ...(await appScroll(bench)),
      ...(await appCatchUp(bench, rounds)),
      ...(await appFirstPaint(bench, 5)),
      ...(await appDiff(bench)),
    ]
  } finally {
    await bench.stop()
  }
}
