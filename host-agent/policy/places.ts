import { realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'

/** Where a path leads: `control` is what decides later without asking (git's own files, hooks, editors' tasks). */
export type Place = 'project' | 'control' | 'outside'

/** Names inside a project whose content some program runs or obeys without being asked to. */
const obeyed = new Set([
  '.git',
  '.husky',
  '.vscode',
  '.idea',
  '.envrc',
  '.npmrc',
  '.gitmodules',
  '.gitattributes',
  '.github',
  '.claude',
  '.gemini',
  '.codex',
  '.mcp.json',
  '.qwen',
  '.opencode',
  'opencode.json',
  'opencode.jsonc',
  '.copilot',
  '.cursor',
  // Our own: the policy of a project, or a home folder that lies in one.
  '.countersign',
])

/** Whether a name by itself, without a folder, is one of those. */
export const isObeyed = (name: string): boolean => obeyed.has(name)

/** The path with every symbolic link followed, as far as it exists. */
export function followLinks(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(followLinks(parent), basename(path))
  }
}

/** An absolute path of what an agent or a shell names: `~` is the home folder, the rest is relative to `cwd`. */
export function absolutePath(path: string, cwd: string): string {
  if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1))
  return isAbsolute(path) ? resolve(path) : resolve(cwd, path)
}

/** Follows links before it judges: a link in the project that leads out of it leads outside. */
export function placeOf(path: string, project: string): Place {
  const inside = relative(followLinks(project), followLinks(path))
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return 'outside'
  return inside.split(sep).some((name) => obeyed.has(name)) ? 'control' : 'project'
}
