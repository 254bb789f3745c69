import { execFile } from 'node:child_process'
import { type Refused, refused } from '#protocol/errors.ts'
import { cleanEnvironment } from '../agents/clean-environment.ts'
import { findProgram } from '../files.ts'

/** Why no pull request can be opened from this host, before anybody is asked about one; null: it can. */
export async function ghProblem(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
  pass: readonly string[],
): Promise<Refused | null> {
  const gh = await findProgram('gh', environment.PATH ?? '', folder)
  if (gh === null) return refused('work_gh_missing', 'gh is not on the PATH of the host agent')
  const env = cleanEnvironment(environment, pass, { GH_PROMPT_DISABLED: '1', GH_NO_UPDATE_NOTIFIER: '1' })
  return new Promise((resolve) => {
    execFile(gh, ['auth', 'status'], { cwd: folder, env, timeout: 30_000 }, (error) =>
      resolve(error ? refused('work_gh_missing', 'gh is there but not signed in') : null),
    )
  })
}
