// npm run build: the app and its service worker into dist/app, and what they weigh. Fails when they are too heavy.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

/** Gzipped JavaScript that has to arrive before anything is shown; 70 kB are half a second on slow 4G. */
const INITIAL_KB = 70
/** The same of everything, the worker included, without what is fetched only to be shown. */
const WHOLE_KB = 250

// Whoever builds: what is tested is what is released.
process.env.NODE_ENV = 'production'

const root = join(import.meta.dirname, '..')
const target = join(root, 'dist/app')
// Built beside and then moved: a relay that is running serves a whole release or the other.
const made = `${target}.${process.pid}`
process.on('exit', () => rmSync(made, { recursive: true, force: true }))

await build({
  configFile: join(root, 'web/vite.config.ts'),
  logLevel: 'warn',
  build: { outDir: made },
})

const entries: Record<string, { file: string; imports?: string[]; isEntry?: boolean }> = JSON.parse(
  readFileSync(join(made, 'build.json'), 'utf8'),
)
rmSync(join(made, 'build.json'))

const worker = join(made, 'service-worker.js')
const files = listFiles(made).filter((file) => file !== 'service-worker.js')
const version = createHash('sha256').update(readFileSync(worker))
for (const file of files) version.update(`${file}\0`).update(readFileSync(join(made, file)))
const shell = { version: version.digest('hex').slice(0, 16), files: files.map((file) => `/${file}`) }
writeFileSync(worker, `const SHELL=${JSON.stringify(shell)};${readFileSync(worker, 'utf8')}`)

const initial = initialOf('index.html')
const ofWorker = initialOf('service-worker/main.ts')
const scripts = listFiles(made).filter((file) => file.endsWith('.js'))
const initialKb = weigh(initial)
const sizes = {
  initialKb,
  lazyKb: weigh(scripts.filter((file) => !initial.includes(file) && !ofWorker.includes(file))),
  /** Of which all but the first is the page's too. */
  serviceWorkerKb: weigh(ofWorker),
  wholeKb: weigh(scripts),
  stylesKb: weigh(listFiles(made).filter((file) => file.endsWith('.css'))),
}

if (existsSync(target)) renameSync(target, `${made}.old`)
renameSync(made, target)
rmSync(`${made}.old`, { recursive: true, force: true })

process.stdout.write(
  `dist/app, gzipped: ${Object.entries(sizes)
    .map(([name, kb]) => `${name} ${kb}`)
    .join(', ')}\n`,
)
refuse(initialKb > INITIAL_KB, `The first load has ${initialKb} kB of JavaScript; ${INITIAL_KB} are allowed.`)
refuse(sizes.wholeKb > WHOLE_KB, `The app has ${sizes.wholeKb} kB of JavaScript; ${WHOLE_KB} are allowed.`)
refuse(
  ofWorker.some((file) => /\bimport\(/.test(readFileSync(join(target, file), 'utf8'))),
  'The worker loads something later, which no browser allows in a worker.',
)

function refuse(isWrong: boolean, sentence: string): void {
  if (!isWrong) return
  process.stderr.write(`${sentence}\n`)
  process.exitCode = 1
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map((found) => join(found.parentPath, found.name).slice(folder.length + 1))
    .sort()
}

/** A script and all that it imports statically. */
function initialOf(name: string, seen = new Set<string>()): string[] {
  const found = entries[name]
  if (!found || seen.has(name)) return []
  seen.add(name)
  return [found.file, ...(found.imports ?? []).flatMap((next) => initialOf(next, seen))]
}

/** Kilobytes (1,000 bytes) as they travel. */
function weigh(names: readonly string[]): number {
  const bytes = names.reduce((sum, name) => sum + gzipSync(readFileSync(join(made, name)), { level: 9 }).length, 0)
  return Math.round(bytes / 100) / 10
}
