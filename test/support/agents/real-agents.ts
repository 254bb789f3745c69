import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { findAgent } from '#host-agent/agents/agents.ts'
import { modelSettings } from '#host-agent/canary/model-settings.ts'

const run = promisify(execFile)
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'countersign-agents')

/**
 * Real agents from npm and what their installation takes. `small`: under 400 MB, so `npm test` runs it; `npm run test:agents` runs all.
 */
export type RealAgent = { name: string; small: boolean; withOptional: boolean; script?: string }

const every: readonly RealAgent[] = [
  { name: 'gemini', small: true, withOptional: false },
  { name: 'qwen', small: true, withOptional: true },
  { name: 'opencode', small: true, withOptional: true, script: 'opencode-ai/postinstall.mjs' },
  { name: 'claude', small: false, withOptional: true },
  { name: 'codex', small: false, withOptional: true },
  { name: 'copilot', small: false, withOptional: true },
]

/** Those that this run is about. */
export const realAgents = every.filter(({ small }) => small || process.env.COUNTERSIGN_TEST_AGENTS === 'all')

/**
 * Installs a real agent from npm by the version that agents.ts names into a cache folder, without install scripts, and returns the folder of its programs. A
 * dependency of the tests only: too large, and too often new, for the lock file.
 */
export async function installAgent({ name, withOptional, script }: RealAgent): Promise<string> {
  const spec = findAgent(name)?.package ?? ''
  const folder = join(cache, spec.replaceAll('/', '+'))
  const programs = join(folder, 'node_modules/.bin')
  if (existsSync(programs)) return programs
  process.stderr.write(`Installing ${spec} for the tests …\n`)
  await mkdir(cache, { recursive: true })
  const made = await mkdtemp(join(cache, 'new-'))
  const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts']
  if (!withOptional) flags.push('--omit=optional')
  await run('npm', ['install', '--prefix', made, ...flags, spec], { cwd: made, timeout: 300_000 })
  // Of what would run at install only this: it puts the program of this platform in its place.
  const file = script && join(made, 'node_modules', script)
  if (file) await run(process.execPath, [file], { cwd: dirname(file), timeout: 120_000 })
  // Whole or not at all: two runs may install at once.
  await rename(made, folder).catch(() => rm(made, { recursive: true, force: true }))
  return programs
}

/** What a host is given so that this agent is found and works for the model at `url`; its settings are written into `home`. */
export function environmentFor(
  agent: RealAgent,
  programs: string,
  home: string,
  { url, inSandbox }: { url: string; inSandbox: boolean },
): Record<string, string> {
  const settings = modelSettings(agent.name, url, inSandbox)
  for (const [path, content] of Object.entries(settings?.files ?? {})) {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), content)
  }
  return { PATH: [programs, process.env.PATH].join(delimiter), HOME: home, ...settings?.environment }
}
