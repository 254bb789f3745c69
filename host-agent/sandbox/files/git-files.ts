import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { isHarmlessGitConfig } from './git-config.ts'
import { isWithin } from './policy.ts'

const entriesOf = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const isFolder = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true
const exists = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined

/** Names in a git folder by which git starts programs or finds other settings. */
const steering = ['config', 'config.worktree', 'hooks', 'commondir', 'gitdir']

/**
 * Every file and folder of a git folder that steers git, as far as it exists: its own, those of its submodules and of its worktrees.
 * Empty where there is no such folder.
 */
export function steeringFiles(gitFolder: string): string[] {
  const own = steering.map((name) => join(gitFolder, name)).filter(exists)
  const worktrees = entriesOf(join(gitFolder, 'worktrees')).flatMap((name) =>
    steering.map((file) => join(gitFolder, 'worktrees', name, file)).filter(exists),
  )
  return [...own, ...worktrees, ...moduleFolders(join(gitFolder, 'modules'), 0).flatMap(steeringFiles)]
}

/** Submodules may have slashes in their names. */
function moduleFolders(folder: string, depth: number): string[] {
  if (depth > 6) return []
  return entriesOf(folder)
    .map((name) => join(folder, name))
    .filter(isFolder)
    .flatMap((path) => (exists(join(path, 'HEAD')) ? [path] : moduleFolders(path, depth + 1)))
}

/** Whether a file or folder that steers git can't make it start a program: sample hooks, and settings that are harmless one by one. */
export function isHarmlessSteering(path: string, project: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return true
  if (name === 'hooks') return found.isDirectory() && entriesOf(path).every((hook) => hook.endsWith('.sample'))
  if (!found.isFile() || found.size > 1_000_000) return false
  const text = readFileSync(path, 'utf8')
  if (name === 'config' || name === 'config.worktree')
    return isHarmlessGitConfig(withoutOwnWorktree(text, dirname(path), project))
  // Where a worktree's shared folder is: its own repository's, and nowhere else.
  if (name === 'commondir') return text.trim() === '../..' && dirname(dirname(path)).endsWith('/.git/worktrees')
  return name === 'gitdir' && isWithin(resolve(dirname(path), text.trim()), project)
}

/** The folder to which a `.git` file leads; null: it is none. */
export function readGitFile(path: string): string | null {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found?.isFile() || found.size > 4_096) return null
  const match = /^gitdir: ([^\n\0]+)\n?$/.exec(readFileSync(path, 'utf8'))
  return match?.[1] === undefined ? null : resolve(dirname(path), match[1])
}

/** A submodule's settings name its folder; that is harmless while it lies in the project. */
function withoutOwnWorktree(text: string, folder: string, project: string): string {
  return text.replace(/^\s*worktree\s*=\s*([^"\\\n]+)$/m, (line, path: string) =>
    isWithin(resolve(folder, path.trim()), project) ? '' : line,
  )
}
