import type { OnViolation } from '../violation.ts'
import { linkedWorktree } from './linked-worktree.ts'
import { knownTip, makeAnew, type OwnRepository, ownRepository, ownRepositoryMounts } from './own-repository.ts'
import { readRef } from './read-ref.ts'
import { takeCommits } from './take-commits.ts'

export type WorktreeRepositoriesFacts = {
  project: string
  /** Whether the whole project may be changed: then its git may commit. Else, behind a fence or while it is planned, it only reads. */
  isWritable: boolean
  /** Where own repositories are kept: outside of what anybody inside sees. */
  state: string
  /** PATH, by which git is found. */
  path: string
  onViolation: OnViolation
}

/** The repositories of worktrees, which lie outside of them: read-only, but for one of the project's own to commit in. */
export type WorktreeRepositories = {
  /** Arguments for bwrap. `others`: folders that may be changed besides the project. */
  mounts(others: readonly string[]): Promise<string[]>
  /** Nothing runs any more: what was committed comes to the project's branch. */
  settle(): Promise<void>
}

export function worktreeRepositories(facts: WorktreeRepositoriesFacts): WorktreeRepositories {
  const { project, isWritable, state, path, onViolation } = facts
  let opening: Promise<OwnRepository | null> | null = null

  async function take(own: OwnRepository): Promise<void> {
    const taken = await takeCommits(own, path)
    if (taken.ok) return
    onViolation({ code: 'sandbox_commits_refused', detail: `${own.ref}: ${taken.detail ?? ''}`, path: project })
  }

  async function open(): Promise<OwnRepository | null> {
    const worktree = isWritable ? linkedWorktree(project) : null
    const own = worktree && ownRepository(worktree, state)
    if (!own) return null
    // What a killed host agent left, and then what moved outside meanwhile.
    await take(own)
    if (readRef(own.worktree, own.ref) !== knownTip(own)) makeAnew(own)
    return own
  }

  return {
    async mounts(others) {
      opening ??= open()
      const own = await opening
      const read = new Set([project, ...others].flatMap((root) => linkedWorktree(root)?.common ?? []))
      if (own) read.delete(own.worktree.common)
      return [...[...read].flatMap((common) => ['--ro-bind', common, common]), ...(own ? ownRepositoryMounts(own) : [])]
    },
    async settle() {
      const own = await opening
      if (own) await take(own)
    },
  }
}
