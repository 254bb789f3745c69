import { existsSync } from 'node:fs'
import { copyFile, mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { ok, type Result, refused } from '#protocol/errors.ts'

/** What a host keeps when it leaves its team: the rules are the person's, not the team's. */
const kept = ['policy.yaml']

/**
 * Leaves the team, for whoever has lost the only owner's device: the host's folder, with its keys, its journal and the trust log, is put aside whole, so
 * that its audit can still be read, and the next start is that of a host nobody knows (trust.md, Trust log). The host agent must not run. Returns
 * where the old folder is. Errors: `not_paired` when there is no team to leave.
 */
export async function resetTeam(folder: string, now: number): Promise<Result<{ aside: string }>> {
  if (!existsSync(join(folder, 'team.json'))) return refused('not_paired', 'This host is in no team.')
  const aside = `${folder}-before-${new Date(now).toISOString().replace(/\D/g, '').slice(0, 14)}`
  await rename(folder, aside)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const name of kept) if (existsSync(join(aside, name))) await copyFile(join(aside, name), join(folder, name))
  return ok({ aside })
}
