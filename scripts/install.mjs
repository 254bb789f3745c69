// Runs on Node 20 with nothing installed: only built-in modules here.
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')

const readPackages = (path) => {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages
  } catch {
    return undefined
  }
}

const isForThisMachine = ({ os, cpu }) =>
  (os ?? [process.platform]).includes(process.platform) && (cpu ?? [process.arch]).includes(process.arch)

/**
 * Whether node_modules holds what package-lock.json names. npm's own record is compared, and not a stamp of ours: it is
 * written last, removed first, and knows of an `npm install` that was run by hand.
 */
export function isInstalled() {
  const wanted = readPackages('package-lock.json')
  if (!wanted) return true // an installed copy: whoever installed it brought its dependencies
  const present = readPackages('node_modules/.package-lock.json')
  if (!present) return false
  const direct = new Set(Object.keys(wanted[''].optionalDependencies ?? {}).map((name) => `node_modules/${name}`))
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const found = present[path]
    if (found) return found.version === entry.version && found.integrity === entry.integrity
    return direct.has(path) ? !isForThisMachine(entry) : entry.optional === true
  })
}

/** Installs what is missing; two at the same time wait for one another. Everything said goes to stderr. */
export function ensureInstalled() {
  if (isInstalled()) return linkProgram()
  process.stderr.write('Installing dependencies (npm ci)…\n')
  mkdirSync(join(root, '.cache'), { recursive: true })
  const again = [process.execPath, import.meta.filename]
  // flock, because the kernel lets go of its lock when the holder is killed; without it (macOS) nothing is locked.
  const locked = spawnSync('flock', [join(root, '.cache/install.lock'), ...again], { stdio: ['ignore', 2, 2] })
  const result = locked.error ? spawnSync(again[0], again.slice(1), { stdio: ['ignore', 2, 2] }) : locked
  if (result.status !== 0 || !isInstalled()) {
    process.stderr.write('npm ci failed: see above. Countersign needs the npm registry once, for its dependencies.\n')
    process.exit(1)
  }
  linkProgram()
}

function installNow() {
  if (isInstalled()) return 0
  // Said outright, as an outer `npm run -s` or NODE_ENV=production would be handed down. Warnings stay away: they are
  // about the old Node, which only installs.
  const flags = ['--loglevel=error', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
  const { status, error } = spawnSync('npm', ['ci', ...flags], { cwd: root, stdio: ['ignore', 2, 2] })
  if (error) process.stderr.write(`npm could not be started (${error.message}). Install npm and run this again.\n`)
  return status ?? 1
}

/** npm links the programs of dependencies, not a package's own: `npx countersign` should work in a clone too. */
function linkProgram() {
  const link = join(root, 'node_modules/.bin/countersign')
  if (!existsSync(join(root, 'node_modules/.bin')) || lstatSync(link, { throwIfNoEntry: false })) return
  try {
    symlinkSync('../../cli/countersign.mjs', link)
  } catch (error) {
    if (error.code !== 'EEXIST') throw error // another run linked it a moment earlier
  }
}

if (process.argv[1] === import.meta.filename) process.exit(installNow())
