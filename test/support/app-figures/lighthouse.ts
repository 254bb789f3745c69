import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Figure } from '../../../bench/figure.ts'
import { figure, percentile } from '../../../bench/figure.ts'
import { installCached } from '../../../bench/install-cached.ts'
import type { AppBench } from './open-app-bench.ts'

const version = 'lighthouse@13.5.0'
const rounds = 3

type Category = 'performance' | 'accessibility' | 'best-practices'
type Scores = Record<Category, { score: number | null }>
type Lighthouse = (
  url: string,
  flags: object,
  config: undefined,
  page: undefined,
) => Promise<{ lhr: { categories: Scores } } | undefined>

/**
 * Lighthouse's own judgement of the app on a phone (its slow 4G and its fourth of a processor), of a first visit and of a paired phone that opens it again: the worse of both, each the median of
 * three.
 */
export async function appLighthouse({ world, debuggingPort: port }: AppBench): Promise<Figure[]> {
  const [folder = ''] = await installCached([version])
  const { default: run } = (await import(pathToFileURL(join(folder, 'core/index.js')).href)) as { default: Lighthouse }
  const visits = [
    { path: '/', disableStorageReset: true },
    { path: '/p', disableStorageReset: false },
  ]
  const worst: Record<Category, number> = { performance: 100, accessibility: 100, 'best-practices': 100 }
  for (const { path, disableStorageReset } of visits) {
    const flags = {
      port,
      disableStorageReset,
      formFactor: 'mobile',
      onlyCategories: Object.keys(worst),
      logLevel: 'error',
    }
    const scores: Scores[] = []
    for (let round = 0; round < rounds; round += 1) {
      const ran = await run(world.origin + path, flags, undefined, undefined)
      if (ran) scores.push(ran.lhr.categories)
    }
    for (const name of Object.keys(worst) as Category[]) {
      const values = scores.map((each) => (each[name].score ?? 0) * 100)
      worst[name] = Math.min(worst[name], percentile(values, 50))
    }
  }
  return [
    figure('lighthousePerformance', worst.performance, 'of 100'),
    figure('lighthouseAccessibility', worst.accessibility, 'of 100'),
    figure('lighthouseBestPractices', worst['best-practices'], 'of 100'),
  ]
}
