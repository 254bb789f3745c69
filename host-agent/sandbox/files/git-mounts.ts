import { execFileSync } from 'node:child_process'
import { lstatSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { FoundRepository } from './find-repositories.ts'
import { readGitFile, steeringFiles } from './git-files.ts'
import { obeyedFiles } from './obeyed-files.ts'
import { isWithin } from './policy.ts'

/** `held` is bound onto itself, `pinned` read-only; `read` and `write` are of a worktree's repository, which lies elsewhere. */
export type GitMounts = { held: string[]; pinned: string[]; read: string[]; write: string[] }

/** More repositories than this are compared after a command and not held: each costs a mount at every start. */
const heldMost = 64

/** How the repositories found in a writable folder are kept from steering git, while `git add` and `git commit` go on working. */
export function gitMounts(root: string, repositories: readonly FoundRepository[]): GitMounts {
  const held = repositories.slice(0, heldMost)
  const folders = held.filter(({ kind }) => kind === 'folder').map(({ path }) => path)
  const files = held.filter(({ kind }) => kind === 'file').map(({ path }) => path)
  const bare = held.filter(({ kind }) => kind === 'bare').map(({ path }) => path)
  const worktree = worktreeOf(root)
  const pinned = [
    ...files,
    ...[...folders, ...bare].flatMap(steeringFiles),
    ...obeyedFiles(root),
    ...namedByConfig(root),
    ...(worktree?.pinned ?? []),
  ]
  return {
    held: folders,
    pinned: [...new Set(pinned)].filter((path) => {
      const found = lstatSync(path, { throwIfNoEntry: false })
      return found !== undefined && (found.isFile() || found.isDirectory())
    }),
    read: worktree?.read ?? [],
    write: worktree?.write ?? [],
  }
}

/** A linked worktree's own folder and its repository's objects and references, when both sides name one another. */
function worktreeOf(root: string): { read: string[]; write: string[]; pinned: string[] } | null {
  const link = join(root, '.git')
  const folder = readGitFile(link)
  if (folder === null) return null
  const read = (name: string) => {
    try {
      return resolve(folder, readFileSync(join(folder, name), 'utf8').trim())
    } catch {
      return null
    }
  }
  const common = read('commondir')
  if (common === null || read('gitdir') !== link || dirname(dirname(folder)) !== common) return null
  const write = [...['objects', 'refs', 'logs'].map((name) => join(common, name)), folder]
  return {
    read: [common],
    write: write.filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory()),
    pinned: steeringFiles(folder),
  }
}

/** Files in the project that its git configuration sends git to: included settings and a folder of hooks. */
function namedByConfig(root: string): string[] {
  const environment = { PATH: '/usr/bin:/bin', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' }
  let text: string
  try {
    text = execFileSync('git', ['config', '--local', '--includes', '--list', '--show-origin', '-z'], {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
      encoding: 'utf8',
    })
  } catch {
    return []
  }
  const fields = text.split('\0')
  const found: string[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const origin = resolve(root, (fields[at] ?? '').replace(/^file:/, ''))
    const [key = '', value = ''] = (fields[at + 1] ?? '').split('\n', 2)
    found.push(origin)
    // Also what is included only under a condition, and what holds nothing yet.
    if (/^include(if\..*)?\.path$/is.test(key)) found.push(resolve(dirname(origin), value))
    if (key === 'core.hookspath') found.push(resolve(root, value))
  }
  return found.filter((path) => path !== root && isWithin(path, root))
}
