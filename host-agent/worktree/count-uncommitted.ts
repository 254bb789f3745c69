import { createGit } from '../git/git.ts'

/** Files of a project that differ from its last commit, new ones included, folders of new ones counted as one; null: it could not be told in a minute. */
export async function countUncommitted(project: string, path: string): Promise<number | null> {
  const said = await createGit(project, path)(['status', '--porcelain=v1', '-z', '--no-renames', '--', '.'])
  return said === null ? null : said.split('\0').filter((line) => line !== '').length
}
