import { ok, type Result, refused } from '#protocol/errors.ts'
import { signIn } from '../git/gh.ts'
import { createGitRun } from '../git/git.ts'
import { reasonOf } from '../worktree/find-repository.ts'
import type { Forge } from './forge-of.ts'
import type { WholePull } from './pull.ts'

/** The commit at the pull request's head, and the one at which it left its base; `base` null: they have none in common, or it can't be told. */
export type FetchedPull = { head: string; base: string | null }

const fetchMs = 180_000

/**
 * Fetches a pull request's head and its base's into the project's repository as objects alone: no branch, tag or file of it changes. By the host's own git with the person's login, gh's for
 * https; nothing that the repository configures runs. Errors: `pull_unread`, with git's own words.
 */
export async function fetchPull(
  project: string,
  { url }: Forge,
  { number, headRefName, baseRefName, isCrossRepository }: WholePull,
  gh: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<FetchedPull>> {
  const git = createGitRun(project, environment.PATH ?? '', [
    'core.askPass=',
    'core.alternateRefsCommand=true',
    'gc.auto=0',
    'maintenance.auto=false',
    'fetch.writeCommitGraph=false',
    // The empty one takes away what the repository names.
    'credential.helper=',
    ...(url.startsWith('https:') ? [`credential.helper=!${quoted(gh)} auth git-credential`] : []),
  ])
  const env = environmentOf(environment)
  const refs = [`refs/pull/${number}/head`, `refs/heads/${headRefName}`, `refs/heads/${baseRefName}`] as const
  const listed = await git(['ls-remote', '--upload-pack=git-upload-pack', '--end-of-options', url, ...refs], { env })
  if (!listed.ok) return refused('pull_unread', reasonOf(listed.words))
  const tips = new Map(listed.out.split('\n').map((line) => line.split('\t').reverse() as [string, string]))
  const at = (ref: string) => tips.get(ref)
  // A forge that keeps no name for the pull request has its branch, unless that is another repository's.
  const name = at(refs[0]) || isCrossRepository ? refs[0] : refs[1]
  const head = at(name)
  if (!head) return refused('pull_unread', `${name} is not there any more`)
  const base = at(refs[2])
  const wanted = [name, ...(base ? [refs[2]] : [])]
  const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--no-auto-maintenance']
  const more = { env, timeoutMs: fetchMs }
  const fetched = await git(
    ['fetch', ...quiet, '--upload-pack=git-upload-pack', '--end-of-options', url, ...wanted],
    more,
  )
  if (!fetched.ok) return refused('pull_unread', reasonOf(fetched.words))
  if (!(await git(['cat-file', '-e', `${head}^{commit}`])).ok)
    return refused('pull_unread', 'it was changed at this moment; try again')
  const common = base ? (await git(['merge-base', base, head])).out.trim() : ''
  return ok({ head, base: common || null })
}

function environmentOf(from: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = [...signIn, 'HOME', 'USER', 'LOGNAME', 'XDG_CONFIG_HOME'].flatMap((name) => {
    const value = from[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(kept),
    // The repository could name any program for these.
    GIT_SSH_COMMAND: from.GIT_SSH_COMMAND ?? (from.GIT_SSH ? quoted(from.GIT_SSH) : 'ssh -o BatchMode=yes'),
    GIT_ALLOW_PROTOCOL: 'https:ssh:file',
    GH_PROMPT_DISABLED: '1',
  }
}

/** One word of a POSIX shell, exactly. */
const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`
