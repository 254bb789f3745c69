import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { Rights } from '#protocol/statements/trust-entry.ts'
import { isSeconded, lacksSecondOwner, needsSecondOwner } from '#trust/team-state.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { makeInvite, makeSetRights } from '#trust/trust-log.ts'
import type { Context } from './context.ts'
import { extendTeam } from './extend-team.ts'

/**
 * Gives a device other rights; its person stays. Where a further owner needs two owners, the first one's word is kept as an invite, and the same rights given by another
 * owner within its time take effect. Returns the team, and whether the rights stand now. Errors: `key_not_found`, those of `extendTeam`.
 */
export async function setRights(
  context: Context,
  { kid, rights: wanted }: { kid: string; rights: Omit<Rights, 'person'> },
): Promise<Result<{ team: TeamState; stands: boolean }>> {
  const { crypto, keys } = context
  let stands = true
  const team = await extendTeam(context, async (state, now) => {
    const key = state.keys.get(kid)
    const signer = state.keys.get(keys.keys.kid)
    if (!key?.rights || key.removedAt !== null) return refused('key_not_found')
    if (!signer) return refused('trust_entry_refused')
    const rights: Rights = { ...wanted, person: key.rights.person }
    const change = { kid, rights, now }
    const needed = { kid, rights, at: now }
    // As the log is read, and as its news are judged.
    stands =
      !lacksSecondOwner(state, needed, signer) &&
      (!needsSecondOwner(state, rights, signer) || isSeconded(state, needed, signer))
    return ok(await (stands ? makeSetRights : makeInvite)(crypto, keys, state, change))
  })
  return team.ok ? ok({ team: team.value, stands }) : team
}
