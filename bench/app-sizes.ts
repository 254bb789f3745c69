import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Figure, figure } from './figure.ts'

const root = join(import.meta.dirname, '..')
const app = join(root, 'dist/app')

/** What a phone loads before the app's first screen (the page and the scripts and styles that it names itself), and all scripts and styles there are, the worker's too; gzipped. */
export function appSizes(): Figure[] {
  const built = spawnSync(process.execPath, ['scripts/build.ts'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (built.status !== 0 || !existsSync(join(app, 'index.html'))) throw new Error('the app could not be built')
  const page = readFileSync(join(app, 'index.html')).toString()
  const named = [...page.matchAll(/<(?:script|link)\b[^>]*?(?:src|href)="\/?([^"]+\.(?:js|css))"/g)]
  const first = new Set(['index.html', ...named.map(([, path]) => path ?? '')])
  const all = readdirSync(app, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(js|css|html)$/.test(name))
  return [
    figure('appInitialKb', weigh([...first]), 'kB gzipped'),
    figure('appInitialScriptsKb', weigh([...first].filter((name) => name.endsWith('.js'))), 'kB gzipped'),
    figure('appWholeKb', weigh(all), 'kB gzipped'),
  ]
}

/** Kilobytes (1,000 bytes) as they travel. */
const weigh = (names: readonly string[]): number =>
  names.reduce((sum, name) => sum + gzipSync(readFileSync(join(app, name)), { level: 9 }).length, 0) / 1_000
