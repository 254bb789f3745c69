// The app's own figures, in Debian's Chromium on this machine, a JSON line each. `node test/support/app-figures/measure.ts ROUNDS`
import { appCatchUp } from './catch-up.ts'
import { appDiff } from './diff.ts'
import { appFirstPaint } from './first-paint.ts'
import { appLighthouse } from './lighthouse.ts'
import { startAppBench } from './open-app-bench.ts'
import { appPush } from './push.ts'
import { appScroll } from './scroll.ts'

const rounds = Number(process.argv[2] ?? 20)
const bench = await startAppBench()
const measures = [
  () => appPush(bench, rounds),
  () => appScroll(bench),
  () => appCatchUp(bench, rounds),
  () => appFirstPaint(bench, 5),
  () => appDiff(bench),
  () => appLighthouse(bench),
]
try {
  for (const measure of measures)
    for (const figure of await measure()) process.stdout.write(`${JSON.stringify(figure)}\n`)
} finally {
  await bench.stop()
}
