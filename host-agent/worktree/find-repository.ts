import { lstat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { createGitRun } from '../git/git.ts'

/** What a worktree of a project begins from; a sentence where it can have none. */
export type Repository = { is: 'there'; top: string; below: string; base: string } | { is: 'none'; why: string }

/** Looks whether a project is in a git repository with a commit; a worktree begins at `at`. Errors: `worktree_failed` where there is one that git can't read. */
export async function findRepository(project: string, path: string, at = 'HEAD'): Promise<Result<Repository>> {
  const git = createGitRun(project, path)
  const found = await git(['rev-parse', '--show-toplevel'])
  const top = found.out.trim()
  if (!found.ok || top === '') {
    const isBroken = await hasGitAbove(project)
    return isBroken
      ? refused('worktree_failed', reasonOf(found.words))
      : ok({ is: 'none', why: 'The project is not a git repository' })
  }
  const head = await git(['rev-parse', '--verify', '--quiet', `${at}^{commit}`])
  const below = relative(top, project)
  if (!head.ok) {
    const unborn = await git(['symbolic-ref', '--quiet', 'HEAD'])
    const named = await git(['rev-parse', '--verify', '--quiet', 'HEAD'])
    return unborn.ok && !named.ok
      ? ok({ is: 'none', why: 'The project has no commit yet' })
      : refused('worktree_failed', 'HEAD leads to no commit; look at it with git fsck')
  }
  const base = head.out.trim()
  if (below !== '' && !(await git(['cat-file', '-e', `${base}:${below}`])).ok)
    return ok({ is: 'none', why: 'No commit of the repository holds the project’s folder' })
  return ok({ is: 'there', top, below, base })
}

async function hasGitAbove(folder: string): Promise<boolean> {
  const here = await lstat(join(folder, '.git')).catch(() => null)
  return here !== null || (dirname(folder) !== folder && (await hasGitAbove(dirname(folder))))
}

/** The first thing that git complains of: what follows is mostly its consequence. */
export function reasonOf(words: string): string {
  const lines = words.trim().split('\n')
  return (lines.find((line) => /^(error|fatal): /.test(line)) ?? lines.at(-1) ?? '').slice(0, 300)
}
