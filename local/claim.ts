import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { claimHash } from '#functions/domain/content-hash.ts'
import type { Teams } from '#functions/ports/teams.ts'
import { limits } from '#protocol/limits.ts'
import { remove, writePrivate } from './private-file.ts'

export const claimPath = (dataDir: string) => join(dataDir, 'claim')

/**
 * As long as no team was founded: a fresh single-use claim code in a file that only the owner of this relay can read; its host on this machine does. The
 * table gets its hash. Afterwards: no file.
 */
export async function renewClaim(dataDir: string, teams: Teams, now: number): Promise<void> {
  if (await teams.claimed()) return remove(claimPath(dataDir))
  const code = randomBytes(20).toString('base64url')
  await teams.offerClaim(claimHash(code), now + limits.claimMs)
  writePrivate(claimPath(dataDir), code)
}

/** Away with a code that was spent. */
export async function removeSpentClaim(dataDir: string, teams: Teams): Promise<void> {
  if (await teams.claimed()) remove(claimPath(dataDir))
}
