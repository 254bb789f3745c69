import { branchOf } from '../git/branch.ts'
import { createGit } from '../git/git.ts'

/** Names of a repository's remotes, and of the one that is meant where none is named: that of the checked-out branch, else `origin`, else the only one; null: none of them. */
export async function findRemote(top: string, path: string): Promise<{ meant: string | null; all: readonly string[] }> {
  const git = createGit(top, path)
  const all = (await git(['remote']))?.trim().split('\n').filter(Boolean) ?? []
  const current = await branchOf(top)
  const named = current === null ? null : (await git(['config', '--get', `branch.${current}.remote`]))?.trim()
  return {
    meant: [named, 'origin', all.length === 1 ? all[0] : null].find((name) => all.includes(name ?? '')) ?? null,
    all,
  }
}
