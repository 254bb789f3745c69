import { mkdtemp, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { reasonOf } from './find-repository.ts'
import { repositoryGit } from './repository-git.ts'
import type { WorktreeFacts } from './worktree-facts.ts'

/** What a task has made: its files as a git tree, and the commit on which they stand (the agent's own last one, or the one it began from). */
export type Work = { tree: string; parent: string; isChanged: boolean; isCommitted: boolean }

const readMs = 180_000

/**
 * Reads a worktree's files by the project's own repository and an index of its own: what an agent changed of its own `.git` counts for nothing. Errors:
 * `worktree_broken` where the folder is gone or can't be read.
 */
export async function readWork({ top, root, branch, base }: WorktreeFacts, path: string): Promise<Result<Work>> {
  const git = await repositoryGit(top, path)
  const folder = await mkdtemp(join(dirname(root), 'index-')).catch(() => null)
  if (folder === null) return refused('worktree_broken', `${root} is not there`)
  try {
    const directory = await git(['rev-parse', '--absolute-git-dir'])
    const env = { GIT_DIR: directory.out.trim(), GIT_WORK_TREE: root, GIT_INDEX_FILE: join(folder, 'index') }
    for (const args of [
      ['read-tree', base],
      ['-C', root, 'add', '--all', '--', '.'],
    ]) {
      const done = await git(args, { env, timeoutMs: readMs })
      if (!done.ok) return refused('worktree_broken', reasonOf(done.words))
    }
    const tree = (await git(['write-tree'], { env })).out.trim()
    const baseTree = (await git(['rev-parse', `${base}^{tree}`])).out.trim()
    const tip = (await git(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}^{commit}`])).out.trim()
    const follows = tip !== '' && (await git(['merge-base', '--is-ancestor', base, tip])).ok
    const parent = follows ? tip : base
    const parentTree = (await git(['rev-parse', `${parent}^{tree}`])).out.trim()
    if (tree === '' || baseTree === '') return refused('worktree_broken', 'its files could not be read')
    const isCommitted = tree === parentTree
    return ok({ tree, parent, isChanged: tree !== baseTree || parent !== base, isCommitted })
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => {})
  }
}
