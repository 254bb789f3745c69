import { mkdir, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ok, type Result, refused } from '#protocol/errors.ts'
import type { GitRun } from '../git/git.ts'
import { reasonOf } from './find-repository.ts'
import { removeWorktree } from './remove-worktree.ts'
import { repositoryGit } from './repository-git.ts'
import type { WorktreeFacts } from './worktree-facts.ts'

/** Files of one commit are written out, however many there are; a disk that hangs must not hold the task for ever. */
const makeMs = 180_000

/**
 * Makes a task's folder and branch from a commit. Of the project only committed files get there, and nothing in its folder changes. Errors:
 * `worktree_failed` (a full disk, a repository that git can't read, too large for three minutes): then nothing of it is left.
 */
export async function makeWorktree(facts: WorktreeFacts, path: string): Promise<Result<void>> {
  const { top, root, branch, base } = facts
  const made = await mkdir(dirname(root), { recursive: true, mode: 0o700 }).then(
    () => null,
    (error: Error) => error.message,
  )
  if (made !== null) return refused('worktree_failed', made)
  const free = await freeBytes(dirname(root))
  const git = await repositoryGit(top, path)
  const added = await git(['worktree', 'add', '--quiet', '--no-track', '-b', branch, root, base], { timeoutMs: makeMs })
  if (added.ok) return ok(undefined)
  await removeWorktree(facts, path, 'with-branch')
  const why = reasonOf(added.words)
  // Git says only that it could not write, and has taken away what filled the disk.
  const needed = await bytesOf(git, base)
  if (needed <= free) return refused('worktree_failed', why)
  const room = `${Math.ceil(needed / 1e6)} MB of files for ${Math.floor(free / 1e6)} MB of free disk space`
  return refused('worktree_failed', `${room} at ${dirname(root)}: ${why}`)
}

/** Of a commit's files, written out. */
async function bytesOf(git: GitRun, commit: string): Promise<number> {
  const { out } = await git(['ls-tree', '-r', '-z', '--format=%(objectsize)', commit])
  return out.split('\0').reduce((sum, size) => sum + (Number(size) || 0), 0)
}

async function freeBytes(folder: string): Promise<number> {
  const disk = await statfs(folder).catch(() => null)
  return disk === null ? Number.POSITIVE_INFINITY : disk.bavail * disk.bsize
}
