import { type Refused, refused } from '#protocol/errors.ts'
import { findGh } from '../git/gh.ts'

/** Why no pull request can be opened from this host, before anybody is asked about one; null: it can. */
export async function ghProblem(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Refused | null> {
  const gh = await findGh(folder, environment)
  if (gh === null) return refused('work_gh_missing', 'gh is not on the PATH of the host agent')
  return (await gh.run(['auth', 'status'])).ok ? null : refused('work_gh_missing', 'gh is there but not signed in')
}
