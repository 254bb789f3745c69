import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Figure, figure } from './figure.ts'

const root = join(import.meta.dirname, '..')
const app = join(root, 'dist/app')

/** What a phone loads before the app's first screen, gzipped: the page and the scripts and styles that it names itself. */
export function appInitial(): Figure[] {
  const built = spawnSync(process.execPath, ['scripts/build.ts'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (built.status !== 0 || !existsSync(join(app, 'index.html'))) throw new Error('the app could not be built')
  const page = readFileSync(join(app, 'index.html'))
  const named = [...page.toString().matchAll(/<(?:script|link)\b[^>]*?(?:src|href)="([^"]+\.(?:js|css))"/g)]
  const files = new Set(named.map(([, path]) => path ?? ''))
  const bytes = [page, ...[...files].map((path) => readFileSync(join(app, path)))]
    .map((content) => gzipSync(content, { level: 9 }).length)
    .reduce((sum, size) => sum + size, 0)
  return [figure('appInitialKb', bytes / 1_000, 'kB gzipped')]
}
