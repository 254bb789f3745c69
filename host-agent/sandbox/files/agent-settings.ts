import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inside } from './mounts.ts'

/** Files of a HOME in which agents are told what they may do without asking, and what they hold where a person has none. */
const files: readonly { agent: string; name: string; empty: string }[] = [
  { agent: 'claude', name: '.claude/settings.json', empty: '{}' },
  { agent: 'codex', name: '.codex/config.toml', empty: '' },
  { agent: 'gemini', name: '.gemini/settings.json', empty: '{}' },
  { agent: 'qwen', name: '.qwen/settings.json', empty: '{}' },
  { agent: 'opencode', name: '.config/opencode/opencode.json', empty: '{}' },
  // Where it finds no first launch it writes one down, and ends where it can't.
  { agent: 'copilot', name: '.copilot/config.json', empty: '{ "firstLaunchAt": "2026-01-01T00:00:00.000Z" }' },
  { agent: 'copilot', name: '.copilot/settings.json', empty: '{}' },
  { agent: 'copilot', name: '.copilot/permissions-config.json', empty: '{}' },
]

const bytesMost = 1024 * 1024

/**
 * Copies the settings of a person's agent into the folder `copies` and answers with the arguments for bwrap that put them, read-only, into the agent's private HOME: also
 * those that don't exist, else an agent could write itself some. Hooks stay behind: what they name does not exist inside.
 */
export function settingsMounts(
  agent: string | null,
  person: string,
  { home, copies }: { home: string; copies: string },
): string[] {
  const covered = files.filter((file) => agent === 'custom' || agent === file.agent)
  // Each folder is bound onto itself, so that it is not moved away with the file in it; once and first, else it would cover what was bound into it.
  const folders = [...new Set(covered.map(({ name }) => dirname(name)))].flatMap((folder) => {
    mkdirSync(join(home, folder), { recursive: true, mode: 0o700 })
    return ['--bind', join(home, folder), join(inside.home, folder)]
  })
  const copied = covered.flatMap(({ name, empty }) => {
    const copy = join(copies, name)
    mkdirSync(dirname(copy), { recursive: true, mode: 0o700 })
    writeFileSync(copy, settingsOf(join(person, name), empty), { mode: 0o600 })
    return ['--ro-bind', copy, join(inside.home, name)]
  })
  return [...folders, ...copied]
}

function settingsOf(path: string, empty: string): string {
  if (!existsSync(path) || !statSync(path).isFile() || statSync(path).size > bytesMost) return empty
  const text = readFileSync(path, 'utf8')
  if (!path.endsWith('.json')) return text
  try {
    const { hooks: _, ...rest } = JSON.parse(text) as Record<string, unknown>
    return JSON.stringify(rest)
  } catch {
    // Some allow comments, in which only the agent's own parser is at home.
    return text.includes('"hooks"') ? empty : text
  }
}
