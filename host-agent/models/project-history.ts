import { createGit } from '../git/git.ts'
import { isSecretName, type ProjectFiles } from './project-files.ts'

const mostCommits = 50
const mostLines = 60
/** Characters of one answer. */
const mostShown = 40_000
/** Files of one commit that the policy is asked about and a model is shown. */
const mostNames = 100

/** What the project's own git remembers, as a model may read it: nothing in it that is a secret by its name, no file outside of the project. */
export type ProjectHistory = {
  /** Up to 50 commits, the newest first. `path` "": of all files; `text` "": whatever their messages say; `from` "": up to the one that is checked out. Null: there is none such. */
  log(wish: { path: string; text: string; from: string }): Promise<string | null>
  /** Files that a commit changed against its first parent and that may be shown; `path` narrows them to a file or a folder, "": all. Null: there is no such commit. */
  filesOf(commit: string, path: string): Promise<readonly string[] | null>
  /** Message and diff of a commit, of these files. Null: there is no such commit. */
  show(commit: string, names: readonly string[]): Promise<string | null>
  /** Which commit each of 60 lines of a file comes from, from a line on. Null: there is no such file or line. */
  blame(path: string, line: number): Promise<string | null>
}

// Each of these would run a program that the project may configure.
const diffOptions = ['--no-ext-diff', '--no-textconv', '--no-color', '--submodule=short', '--no-renames', '--relative']
const env = { GIT_NO_LAZY_FETCH: '1' }

export function openProjectHistory(project: string, path: string, files: ProjectFiles): ProjectHistory {
  const run = createGit(project, path)
  const git = (args: readonly string[]) => run(['--literal-pathspecs', ...args], { env, timeoutMs: 30_000 })
  const isCommit = (name: string) => /^[0-9a-f]{7,64}$/.test(name)
  return {
    async log({ path: name, text, from }) {
      if (isSecretName(name) || (from !== '' && !isCommit(from))) return null
      const found = await git([
        ...['log', '--no-show-signature', '--no-color', '--date=short', '--format=%h %ad %an: %s', `-n${mostCommits}`],
        ...(text === '' ? [] : ['--regexp-ignore-case', '--fixed-strings', `--grep=${text}`]),
        ...['--end-of-options', from || 'HEAD', '--', ...(name === '' ? [] : [name])],
      ])
      return found && bounded(found)
    },
    async filesOf(commit, name) {
      if (!isCommit(commit)) return null
      const found = await git([
        ...['show', '--no-show-signature', '--format=', '-z', '--name-only', '-m', '--first-parent'],
        ...['--no-renames', '--relative', '--end-of-options', commit, '--', ...(name === '' ? [] : [name])],
      ])
      const names = found?.split('\0').filter((each) => each !== '' && !isSecretName(each)) ?? null
      return names && [...new Set(names)].slice(0, mostNames)
    },
    async show(commit, names) {
      if (!isCommit(commit)) return null
      const form = '--format=commit %H%nAuthor: %an%nDate: %ad%n%n%B'
      const head = ['show', '--no-show-signature', '--date=iso-strict', form, '-m', '--first-parent', ...diffOptions]
      // Without a name git would show every file.
      const what = names.length === 0 ? ['--no-patch'] : ['--patch']
      const found = await git([...head, ...what, '--end-of-options', commit, '--', ...names])
      return found && bounded(found)
    },
    async blame(name, line) {
      if (!(await files.has(name))) return null
      const range = `${Math.max(line, 1)},+${mostLines}`
      const found = await git(['blame', '--no-textconv', '--date=short', '-L', range, 'HEAD', '--', name])
      return found && bounded(found)
    },
  }
}

const bounded = (text: string): string =>
  text.length <= mostShown ? text : `${text.slice(0, mostShown)}\n… cut here; ask for one file of it`
