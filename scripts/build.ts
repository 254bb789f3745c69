// npm run build: the app and its service worker into dist/app, and what they weigh. Fails when the first load is too heavy.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { compileTexts } from './compile-texts.ts'
import { leaveSentencesOut } from './leave-sentences-out.ts'

/** Gzipped JavaScript that has to arrive before anything is shown; 70 kB are half a second on slow 4G. */
const INITIAL_KB = 70

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

const files = listFiles(made)
const version = createHash('sha256')
for (const file of files) version.update(`${file}\0`).update(readFileSync(join(made, file)))
const shell = { version: version.digest('hex').slice(0, 16), files: files.map((file) => `/${file}`) }

await build({
  configFile: false,
  root: join(root, 'web'),
  publicDir: false,
  logLevel: 'warn',
  plugins: [compileTexts(), leaveSentencesOut()],
  define: { SHELL: JSON.stringify(shell) },
  build: {
    outDir: made,
    emptyOutDir: false,
    target: 'es2022',
    reportCompressedSize: false,
    // Not a module: service workers as modules came late, and one file is all there is.
    rolldownOptions: {
      input: join(root, 'web/service-worker/main.ts'),
      output: { format: 'iife', entryFileNames: 'service-worker.js' },
    },
  },
})

const entry = Object.keys(entries).find((name) => entries[name]?.isEntry) ?? ''
const initial = initialOf(entry)
const scripts = listFiles(made).filter((file) => file.endsWith('.js'))
const initialKb = weigh(initial)
const sizes = {
  initialKb,
  lazyKb: weigh(scripts.filter((file) => !initial.includes(file) && file !== 'service-worker.js')),
  serviceWorkerKb: weigh(['service-worker.js']),
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
if (initialKb > INITIAL_KB) {
  process.stderr.write(`The first load has ${initialKb} kB of JavaScript; ${INITIAL_KB} are allowed.\n`)
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
