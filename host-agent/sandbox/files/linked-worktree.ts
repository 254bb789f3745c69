import { lstatSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { readGitFile } from './git-files.ts'

/** A folder whose repository lies elsewhere, as `git worktree add` makes it. All paths are absolute. */
export type LinkedWorktree = {
  root: string
  /** What the repository knows of this worktree alone: its HEAD, its index. */
  folder: string
  /** The repository, which all its worktrees share. */
  common: string
  /** The name of `folder`. */
  name: string
}

/** A worktree and its repository when both sides name one another; null: the folder is none, or says so by itself alone. */
export function linkedWorktree(root: string): LinkedWorktree | null {
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
  const isWhole = lstatSync(join(common, 'objects'), { throwIfNoEntry: false })?.isDirectory() === true
  return isWhole ? { root, folder, common, name: basename(folder) } : null
}
