import { ok, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import { verifyingCrypto } from '#trust/node/verifying-crypto.ts'
import { readBranches } from '#trust/settle-fork.ts'
import { readLog } from '#trust/trust-log.ts'
import type { HttpHandler } from './pipeline/http.ts'
import { writeTrust } from './write-trust.ts'

/**
 * After a fork: puts the branch that an owner stands by in the place of the one that is here. No safety rests on it: hosts and devices take a branch for another only after a
 * person has confirmed it at a host.
 */
export const chooseBranch: HttpHandler<'trust.choose'> = async ({ caller, body }, ports) => {
  const { teams, clock } = ports
  const { teamId } = caller
  const { from, entries } = body
  const present = await teams.entries(teamId, 0, limits.trustEntries)
  const wanted = [...present.slice(0, from), ...entries]
  const n = wanted.length - 1
  if (wanted.every((jws, at) => present[at] === jws)) return ok({ n })
  const before = await readLog(verifyingCrypto, present)
  if (!before.ok) return before
  const after = await readLog(verifyingCrypto, wanted)
  if (!after.ok) return after
  const { own } = await readBranches(verifyingCrypto, after.value, { n: from })
  if (own.choice === null) return refused('trust_entry_refused', 'No owner stands by this branch.')
  if (present.length - from > limits.branchEntries) return refused('body_too_large')
  const branch = { from, had: present.length, entries }
  const entry = entries.at(-1) as string
  return writeTrust(ports, teamId, { before: before.value, after: after.value, n, entry }, (change, tell) =>
    teams.replace(teamId, { ...branch, change }, tell, clock.now()),
  )
}
