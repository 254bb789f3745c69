import { ok, type Result, refused } from '#protocol/errors.ts'
import { createGit } from '../git/git.ts'
import { reasonOf } from './find-repository.ts'
import { readWork } from './read-work.ts'
import { repositoryGit } from './repository-git.ts'
import type { WorktreeFacts } from './worktree-facts.ts'

const fallback = { name: 'Countersign', email: 'countersign@localhost' } as const

/**
 * Puts everything in a worktree on its branch, as one commit on top of the agent's own where something is left uncommitted. Answers the commit. Errors:
 * `worktree_broken`, `work_unchanged`.
 */
export async function commitWork(
  facts: WorktreeFacts,
  message: string,
  { path, home }: { path: string; home: string | undefined },
): Promise<Result<string>> {
  const work = await readWork(facts, path)
  if (!work.ok) return work
  const { tree, parent, isChanged, isCommitted } = work.value
  if (!isChanged) return refused('work_unchanged')
  const git = await repositoryGit(facts.top, path)
  let commit = parent
  if (!isCommitted) {
    const author = await authorOf(facts.top, path, home)
    const env = {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_COMMITTER_NAME: author.name,
      GIT_COMMITTER_EMAIL: author.email,
    }
    const made = await git(['commit-tree', tree, '-p', parent, '-m', message], { env })
    if (!made.ok) return refused('worktree_broken', reasonOf(made.words))
    commit = made.out.trim()
  }
  const moved = await git(['update-ref', `refs/heads/${facts.branch}`, commit])
  return moved.ok ? ok(commit) : refused('worktree_broken', reasonOf(moved.words))
}

/** As whom git commits here, by the person's own settings; these are read only. */
async function authorOf(top: string, path: string, home: string | undefined): Promise<{ name: string; email: string }> {
  const git = createGit(top, path)
  const env: Record<string, string> = home === undefined ? {} : { HOME: home, GIT_CONFIG_GLOBAL: `${home}/.gitconfig` }
  const read = async (key: string) => (await git(['config', '--get', key], { env }))?.trim() ?? ''
  const name = await read('user.name')
  const email = await read('user.email')
  return name !== '' && email !== '' ? { name, email } : fallback
}
