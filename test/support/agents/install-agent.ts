import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'countersign-agents')

/**
 * Installs a real agent from npm by exact version into a cache folder, without its install scripts, and returns the folder of its programs. A dependency of the tests
 * only: too large, and too often new, for the lock file.
 */
export async function installAgent(name: string, version: string): Promise<string> {
  const folder = join(cache, `${name.replaceAll('/', '+')}@${version}`)
  const programs = join(folder, 'node_modules/.bin')
  if (existsSync(programs)) return programs
  process.stderr.write(`Installing ${name}@${version} for the tests …\n`)
  await mkdir(cache, { recursive: true })
  const made = await mkdtemp(join(cache, 'new-'))
  const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--omit=optional']
  await run('npm', ['install', '--prefix', made, ...flags, `${name}@${version}`], { cwd: made, timeout: 300_000 })
  // Whole or not at all: two runs may install at once.
  await rename(made, folder).catch(() => rm(made, { recursive: true, force: true }))
  return programs
}
