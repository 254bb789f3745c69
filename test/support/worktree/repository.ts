import { execFileSync } from 'node:child_process'

/** Git in a test's repository, by nobody's settings; answers what it printed. */
export const git = (folder: string, ...args: string[]): string =>
  execFileSync(
    'git',
    ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgSign=false', ...args],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  ).trim()

/** All that a person would miss: what is checked out, every name and where it leads, what is changed, and whether git finds the repository whole. */
export function stateOf(folder: string): Record<string, string> {
  return {
    head: git(folder, 'rev-parse', '--symbolic-full-name', 'HEAD'),
    names: git(folder, 'for-each-ref', '--format=%(refname) %(objectname)'),
    status: git(folder, 'status', '--porcelain', '--untracked-files=all'),
    worktrees: git(folder, 'worktree', 'list', '--porcelain'),
    stash: git(folder, 'stash', 'list'),
    whole: git(folder, 'fsck', '--full', '--no-dangling', '--no-progress'),
  }
}
