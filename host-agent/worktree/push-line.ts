import { ok, type Result, refused } from '#protocol/errors.ts'
import { branchOf } from '../git/branch.ts'
import { createGit } from '../git/git.ts'
import { findRemote } from './find-remote.ts'

/** `git push` of one commit to its branch, by name of the remote: that of the project's branch, else `origin`, else the only one. Errors: `work_remote_missing`. */
export async function pushLine(
  { top, branch }: { top: string; branch: string },
  commit: string,
  path: string,
): Promise<Result<{ remote: string; line: string }>> {
  const { meant: remote, all } = await findRemote(top, path)
  if (remote === null) return refused('work_remote_missing', all.join(', '))
  return ok({ remote, line: `git push ${quote(remote)} ${commit}:refs/heads/${branch}` })
}

/** `gh pr create` for a pushed branch, against the branch that the project has checked out where the remote has that too. */
export async function pullRequestLine(
  { top, branch }: { top: string; branch: string },
  remote: string,
  { title, body }: { title: string; body: string },
  path: string,
): Promise<string> {
  const current = await branchOf(top)
  const git = createGit(top, path)
  const isThere =
    current !== null && (await git(['rev-parse', '--verify', '--quiet', `refs/remotes/${remote}/${current}`])) !== null
  const base = isThere ? ` --base ${quote(current)}` : ''
  return `gh pr create --head ${branch}${base} --title ${quote(title)} --body ${quote(body)}`
}

/** One word of a POSIX shell, exactly. */
const quote = (word: string): string => (/^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
