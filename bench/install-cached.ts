import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Puts what the bench only compares with, or measures by, into a cache folder: by exact versions (`NAME@VERSION`) and without install scripts, so that it is no dependency of
 * anything. Returns the folder of each package, in their order.
 */
export async function installCached(packages: readonly string[]): Promise<string[]> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'countersign-bench')
  const folder = join(cache, packages.join('+').replaceAll('/', '+'))
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true })
    const made = await mkdtemp(join(cache, 'new-'))
    const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts']
    await run('npm', ['install', '--prefix', made, ...flags, ...packages], { cwd: made, timeout: 300_000 })
    // Whole or not at all: two runs may install at once.
    await rename(made, folder).catch(() => rm(made, { recursive: true, force: true }))
  }
  return packages.map((name) => join(folder, 'node_modules', name.slice(0, name.lastIndexOf('@'))))
}
