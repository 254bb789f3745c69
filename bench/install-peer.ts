import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The sandbox that others use, and the search program that it needs: `NAME@VERSION`. */
const packages = ['@anthropic-ai/sandbox-runtime@0.0.83', `@vscode/ripgrep-linux-${process.arch}@1.18.0`] as const

/** Puts the peer into a cache folder, by exact versions and without install scripts; it is no dependency of anything. */
export async function installPeer(): Promise<{ main: string; search: string }> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'countersign-bench')
  const folder = join(cache, packages.join('+').replaceAll('/', '+'))
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true })
    const made = await mkdtemp(join(cache, 'new-'))
    const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts']
    await run('npm', ['install', '--prefix', made, ...flags, ...packages], { cwd: made, timeout: 120_000 })
    // Whole or not at all: two runs may install at once.
    await rename(made, folder).catch(() => rm(made, { recursive: true, force: true }))
  }
  const [main, search] = packages.map((name) => join(folder, 'node_modules', name.slice(0, name.lastIndexOf('@'))))
  return { main: join(main ?? '', 'dist/index.js'), search: join(search ?? '', 'bin/rg') }
}
