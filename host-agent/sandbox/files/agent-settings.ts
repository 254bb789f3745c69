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
  { agent: 'copilot', name: '.copilot/config.json', empty: '{}' },
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
  return covered.flatMap(({ name, empty }) => {
    const copy = join(copies, name)
    mkdirSync(dirname(copy), { recursive: true, mode: 0o700 })
    writeFileSync(copy, settingsOf(join(person, name), empty), { mode: 0o600 })
    mkdirSync(dirname(join(home, name)), { recursive: true, mode: 0o700 })
    const parent = join(inside.home, dirname(name))
    // The folder is bound onto itself, so that it is not moved away with the file in it.
    return ['--bind', dirname(join(home, name)), parent, '--ro-bind', copy, join(inside.home, name)]
  })
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
