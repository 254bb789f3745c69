import { execFile } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { ok, type Refused, type Result, refused } from '#protocol/errors.ts'
import { findProgram } from '../files.ts'
import { followLinks } from '../policy/places.ts'
import { asksFirst, hookAgents, hookLine, hookPlan } from './hook-agents.ts'
import type { HookAgent } from './hook-event.ts'
import { hasHooks, hooksHeard, withHooks, withoutHooks } from './hook-settings.ts'

const run = promisify(execFile)

export type HookPlace = {
  agent: HookAgent
  headless: boolean
  /** The hook program's whole command line: it stays the same, as agents ask again when it changes. */
  command: string
  environment: Readonly<Record<string, string | undefined>>
  /** The host's own folder, for what was there before. */
  folder: string
}

/** Every command line that an installation of ours may have written. */
const isOurs = (agent: HookAgent) => (command: string) =>
  command.includes('countersign') && command.includes(` hook ${agent} --answer`)

const before = (folder: string, agent: HookAgent) => join(folder, 'hooks', `${agent}.before`)
const after = (folder: string, agent: HookAgent) => join(folder, 'hooks', `${agent}.after`)

/**
 * Adds the hooks to the agent's own settings, reads them again as the agent will, and answers with the file. Repeats change nothing. Errors: `agent_unknown` (it is not
 * installed), `agent_version`, `state_damaged` (its settings can't be read or written; they are left as they are).
 */
export async function installHook(place: HookPlace): Promise<Result<string>> {
  const { agent, environment } = place
  const facts = hookAgents[agent]
  const version = await versionOf(facts.command, environment)
  if (version === null)
    return refused('agent_unknown', `${facts.title} is not installed: ${facts.command} is not on PATH.`)
  const least = facts.least.join('.')
  if (!isAtLeast(version, facts.least))
    return refused('agent_version', `${facts.title} ${version}; from ${least} on: ${facts.why}`)
  const path = settingsPath(agent, environment)
  try {
    return addHooks(place, path)
  } catch (error) {
    return unchangeable(path, error)
  }
}

function addHooks({ agent, headless, command, folder }: HookPlace, path: string): Result<string> {
  const facts = hookAgents[agent]
  const text = read(path)
  const plain = withoutHooks(text ?? '', isOurs(agent))
  const entries = Object.fromEntries(
    Object.entries(hookPlan(agent, headless)).map(([event, timeout]) => [
      event,
      {
        type: 'command' as const,
        command: hookLine(event, command),
        timeout,
        ...(asksFirst(event) ? facts.entry : {}),
      },
    ]),
  )
  const changed = withHooks(plain, entries)
  if (changed === null) return refused('state_damaged', `${path} is not a JSON object that hooks can be added to`)
  // What was there is kept as it was, so that it can be put back byte for byte.
  const isFirst = !hasHooks(text ?? '', isOurs(agent))
  mkdirSync(join(folder, 'hooks'), { recursive: true, mode: 0o700 })
  if (isFirst) keep(before(folder, agent), text)
  keep(after(folder, agent), changed)
  writeWhole(path, changed)
  const heard = hooksHeard(read(path) ?? '')
  if (Object.entries(entries).some(([event, entry]) => !heard(event, entry))) {
    if (text === null) rmSync(path, { force: true })
    else writeWhole(path, text)
    return refused('state_damaged', `${path}: ${facts.title} would not call the hooks (${unheard}); it was put back`)
  }
  return ok(path)
}

type Installed = Omit<HookPlace, 'command' | 'headless'>

/**
 * Takes out what was added and nothing else. Answers with the file, or null where there was nothing of ours. Errors: `state_damaged` (the settings
 * can't be read or written; the hooks stay).
 */
export function uninstallHook(place: Installed): Result<string | null> {
  const path = settingsPath(place.agent, place.environment)
  try {
    return ok(takeOut(place, path) ? path : null)
  } catch (error) {
    return unchangeable(path, error)
  }
}

function takeOut({ agent, folder }: Installed, path: string): boolean {
  const text = read(path)
  if (text === null || !hasHooks(text, isOurs(agent))) return false
  const isUntouched = text === read(after(folder, agent))
  if (isUntouched && !existsSync(before(folder, agent))) rmSync(path)
  else writeWhole(path, isUntouched ? (read(before(folder, agent)) ?? '') : withoutHooks(text, isOurs(agent)))
  rmSync(before(folder, agent), { force: true })
  rmSync(after(folder, agent), { force: true })
  return true
}

/** A file or disk that is read-only, full, another's, or no file at all. */
function unchangeable(path: string, error: unknown): Refused {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined) throw error
  return refused('state_damaged', `${path} can’t be changed and was left as it is: ${message}`)
}

const unheard = 'a comment, a name that stands twice, or disableAllHooks'

/** Behind a link, as in a folder of dotfiles, the file itself is written. */
const settingsPath = (agent: HookAgent, environment: HookPlace['environment']) =>
  followLinks(hookAgents[agent].settings(environment))

const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : null)

function keep(path: string, content: string | null): void {
  if (content === null) rmSync(path, { force: true })
  else writeFileSync(path, content, { mode: 0o600 })
}

/** With the rights that it had. */
function writeWhole(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const beside = `${path}.countersign-new`
  const mode = existsSync(path) ? lstatSync(path).mode & 0o777 : 0o600
  try {
    writeFileSync(beside, content, { mode })
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

async function versionOf(command: string, environment: HookPlace['environment']): Promise<string | null> {
  const program = await findProgram(command, environment.PATH ?? '', '/')
  if (!program) return null
  const said = await run(program, ['--version'], { timeout: 30_000 }).catch(() => ({ stdout: '' }))
  return said.stdout.match(/\d+\.\d+\.\d+/)?.[0] ?? '0.0.0'
}

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split('.').map(Number)
  for (const [at, wanted] of least.entries()) if (parts[at] !== wanted) return (parts[at] ?? 0) > wanted
  return true
}
