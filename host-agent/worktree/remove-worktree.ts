import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createGitRun } from '../git/git.ts'
import type { WorktreeFacts } from './worktree-facts.ts'

/**
 * Removes a task's folder, also one that was locked, half made or already removed by hand, and with it what the repository knows of it; other worktrees stay
 * as they are. `with-branch`: its branch too. True when nothing of it is left.
 */
export async function removeWorktree(
  { top, root, branch }: Pick<WorktreeFacts, 'top' | 'root' | 'branch'>,
  path: string,
  what: 'folder' | 'with-branch',
): Promise<boolean> {
  // The folder first: what an agent made of the link in it is then nobody's concern.
  const gone = await rm(root, { recursive: true, force: true }).then(
    () => true,
    () => false,
  )
  await rm(dirname(root), { recursive: true, force: true }).catch(() => {})
  const git = createGitRun(top, path)
  await git(['worktree', 'remove', '--force', '--force', root])
  if (what === 'with-branch') await git(['branch', '--quiet', '--delete', '--force', branch])
  const left = await git(['for-each-ref', '--format=%(refname)', `refs/heads/${branch}`])
  return gone && (what === 'folder' || left.out.trim() === '')
}
