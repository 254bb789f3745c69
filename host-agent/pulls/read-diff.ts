import { createGit } from '../git/git.ts'
import { isSecretName } from '../models/project-files.ts'
import type { FetchedPull } from './fetch-pull.ts'

/** Characters of a diff that go before a person's words. */
const mostShown = 60_000
const mostFiles = 300

/** What a pull request changes: its diff, and why not all of it is there; `cut` empty: it is. */
export type PullDiff = { diff: string; cut: readonly string[] }

// Each of these would run a program that the project may configure.
const options = ['--no-ext-diff', '--no-textconv', '--no-color', '--submodule=short', '--no-renames', '--relative']

/** The diff from base to head by the host's own git, of files that are no secrets by their names and that `mayRead` lets through, as far as they fit. */
export async function readDiff(
  project: string,
  { base, head }: FetchedPull,
  path: string,
  mayRead: (names: readonly string[]) => Promise<readonly string[]>,
): Promise<PullDiff> {
  const git = createGit(project, path)
  const listed = base === null ? null : await git(['diff', '--name-only', '-z', ...options, base, head, '--'])
  if (base === null || listed === null) return { diff: '', cut: ['Its base could not be found, so there is no diff.'] }
  const all = listed.split('\0').filter((name) => name !== '')
  const open = all.filter((name) => !isSecretName(name)).slice(0, mostFiles)
  const names = open.length === 0 ? [] : await mayRead(open)
  const diff =
    names.length === 0
      ? ''
      : await git(['--literal-pathspecs', 'diff', '--patch', ...options, base, head, '--', ...names])
  if (diff === null) return { diff: '', cut: ['The diff could not be read.'] }
  const left = all.length - names.length
  return {
    diff: diff.slice(0, mostShown),
    cut: [
      ...(left > 0
        ? [`${left} of ${all.length} files are left out: secret by their names, kept back by the policy, or too many.`]
        : []),
      ...(diff.length > mostShown ? [`Only the first ${mostShown} characters are here.`] : []),
    ],
  }
}
