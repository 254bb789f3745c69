import { createGit, createGitRun, type GitRun } from '../git/git.ts'

/**
 * The host's git in a project's repository, for what writes files: without the filters that the repository configures, since each is a program. Files
 * are then as git keeps them.
 */
export async function repositoryGit(top: string, path: string): Promise<GitRun> {
  const names = await createGit(top, path)(['config', '--name-only', '--get-regexp', '^filter\\..*\\.'])
  const filters = new Set((names ?? '').split('\n').flatMap((name) => /^(filter\..*)\.[^.]+$/.exec(name)?.[1] ?? []))
  return createGitRun(top, path, [
    'core.sparseCheckout=false',
    'advice.addEmbeddedRepo=false',
    ...[...filters].flatMap((name) => [
      `${name}.clean=`,
      `${name}.smudge=`,
      `${name}.process=`,
      `${name}.required=false`,
    ]),
  ])
}
