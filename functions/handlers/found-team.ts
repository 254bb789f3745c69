import { ok, refused } from '#protocol/errors.ts'
import { verifyingCrypto } from '#trust/node/verifying-crypto.ts'
import { readLog } from '#trust/trust-log.ts'
import { claimHash } from '../domain/content-hash.ts'
import { keyChange } from '../domain/key-change.ts'
import type { HttpHandler } from './pipeline/http.ts'

/** A team is born by the first pairing: Genesis and AddHost, both by the calling device, against a claim code that is spent once. */
export const foundTeam: HttpHandler<'team.found'> = async ({ caller, body }, { teams, clock }) => {
  const state = await readLog(verifyingCrypto, body.entries)
  if (!state.ok) return state
  const { teamId } = state.value
  if (state.value.keys.get(caller.kid)?.kind !== 'device') return refused('trust_entry_refused')
  const founded = await teams.found(
    { teamId, entries: body.entries, change: keyChange(null, state.value) },
    claimHash(body.claim),
    clock.now(),
  )
  if (founded === 'claim_invalid') return refused('claim_invalid')
  if (founded === 'done') return ok({ teamId })
  const before = await teams.entries(teamId, 0, body.entries.length)
  return before.join() === body.entries.join() ? ok({ teamId }) : refused('id_reused')
}
