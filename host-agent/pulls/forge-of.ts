import { createGit } from '../git/git.ts'
import { findRemote } from '../worktree/find-remote.ts'

/** Where a project's pull requests are: the address git fetches from, and the repository as gh calls it: `host/owner/name`. */
export type Forge = { url: string; repository: string }

/** Of the remote that `gh repo set-default` chose, else of `upstream`, else of the one a push would go to. Null: there is none, or it is no forge's. */
export async function forgeOf(project: string, path: string): Promise<Forge | null> {
  const git = createGit(project, path)
  const { meant, all } = await findRemote(project, path)
  const resolved = await git(['config', '--get-regexp', '^remote\\..*\\.gh-resolved$', '^base$'])
  const chosen = /^remote\.(.+)\.gh-resolved base$/m.exec(resolved ?? '')?.[1]
  const remote = [chosen, 'upstream', meant].find((name) => all.includes(name ?? ''))
  if (!remote) return null
  const url = (await git(['config', '--get', `remote.${remote}.url`]))?.trim() ?? ''
  const repository = repositoryOf(url)
  return repository === null ? null : { url, repository }
}

/** `https://host/owner/name.git`, `ssh://git@host/owner/name`, `git@host:owner/name`. Null: anything else. */
export function repositoryOf(url: string): string | null {
  const found =
    /^(?:https|ssh):\/\/(?:[^@/]*@)?([\w.-]+)(?::\d+)?\/([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(url) ??
    /^(?:[\w.-]+@)?([\w.-]+):([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(url)
  if (!found || found.slice(1).some((part) => part?.startsWith('-'))) return null
  return found.slice(1, 4).join('/').toLowerCase()
}
