import { lstatSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { ConfigReader } from './config-reader.ts'
import type { FoundRepository } from './find-repositories.ts'
import { readGitFile, steeringFiles } from './git-files.ts'
import { obeyedFiles } from './obeyed-files.ts'

/** `held` is bound onto itself, `pinned` read-only; `read` and `write` are of a worktree's repository, which lies elsewhere. */
export type GitMounts = { held: string[]; pinned: string[]; read: string[]; write: string[] }

/** More repositories than this are compared after a command and not held: each costs a mount at every start. */
const heldMost = 64

/** How the repositories found in a writable folder are kept from steering git, while `git add` and `git commit` go on working. */
export function gitMounts(
  root: string,
  repositories: readonly FoundRepository[],
  namedByConfig: ConfigReader,
): GitMounts {
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
