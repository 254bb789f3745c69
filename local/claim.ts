import { randomBytes } from 'node:crypto'
import { existsSync, watch } from 'node:fs'
import { join } from 'node:path'
import { claimHash } from '#functions/domain/content-hash.ts'
import type { Teams } from '#functions/ports/teams.ts'
import { limits } from '#protocol/limits.ts'
import { readText, remove, writePrivate } from './private-file.ts'

export const claimPath = (dataDir: string) => join(dataDir, 'claim')
/** That it is there says that whoever owns this relay wants one more team admitted. */
const wantedPath = (dataDir: string) => join(dataDir, 'claim-wanted')

/**
 * At the start: as long as no team was founded, or one more is wanted, a fresh single-use claim code in a file that only the owner of this relay can read;
 * its host on this machine does. The table gets its hash. Else no file, unless one more team is still awaited.
 */
export async function renewClaim(dataDir: string, teams: Teams, now: number): Promise<void> {
  if (await teams.claimed()) await tendClaim(dataDir, teams, now)
  else await offer(dataDir, teams, now)
}

/** Away with a code that was spent or ran out; a fresh one where one more team is wanted. */
export async function tendClaim(dataDir: string, teams: Teams, now: number): Promise<void> {
  if (existsSync(wantedPath(dataDir))) return offer(dataDir, teams, now)
  const code = readText(claimPath(dataDir))
  if (code !== null && !(await teams.isOffered(claimHash(code), now))) remove(claimPath(dataDir))
}

/** Asks the relay whose data this is to admit one more team, at once or at its next start. False: there is no relay's data. */
export function askForClaim(dataDir: string): boolean {
  if (!existsSync(dataDir)) return false
  writePrivate(wantedPath(dataDir), '')
  return true
}

/** Calls back when a claim was asked for. Returns how to stop. */
export function onClaimWanted(dataDir: string, tell: () => void): () => void {
  const watcher = watch(dataDir, () => existsSync(wantedPath(dataDir)) && tell()).unref()
  // What can't be watched is found by the sweep.
  watcher.on('error', () => {})
  return () => watcher.close()
}

async function offer(dataDir: string, teams: Teams, now: number): Promise<void> {
  const code = randomBytes(20).toString('base64url')
  await teams.offerClaim(claimHash(code), now + limits.claimMs)
  writePrivate(claimPath(dataDir), code)
  remove(wantedPath(dataDir))
}
