import { offerPairing } from '#link/offer-pairing.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { newId } from '#protocol/ids.ts'
import type { Rights } from '#protocol/statements/trust-entry.ts'
import { mayBeginAsOwner } from '#trust/team-state.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { makeAddDevice } from '#trust/trust-log.ts'
import type { Context } from './context.ts'
import { extendTeam } from './extend-team.ts'
import { nameDevice } from './name-device.ts'

export type InviteInput = {
  /** `person` absent: somebody new; else the id of a person of the team, whose further device it is. */
  rights: Omit<Rights, 'person'> & { person?: string }
  /** What the newcomer is told that invites it. */
  name: string
  appOrigin: string
  signal: AbortSignal
  onLink(offer: { link: string; expiresAt: number }): void
  /** A device has answered; only the six digits that it shows prove that it is the right one. */
  onLocked(newcomer: { label: string; person: string }): void
  onWrongCode(left: number): void
  nextCode(): Promise<string>
}

export type Invited = { team: TeamState; kid: string; label: string; person: string }

const secondly = 'Two persons are owners: let it in as an approver, then both give it an owner’s rights.'

/**
 * An owner's device lets another device into the team, phone to phone: the same dance as with a host, and this device signs the entry itself. Hosts are told what the
 * newcomer is called. Errors: `trust_entry_refused` before anything is shown, where no device may begin with these rights; those of `offerPairing` and `extendTeam`; `conflict` when the newcomer is in this or another team.
 */
export async function invite(context: Context, input: InviteInput): Promise<Result<Invited>> {
  const { crypto, keys, clock, relay, team } = context
  const known = team.need()
  if (!known.ok) return known
  if (input.rights.role === 'owner' && !mayBeginAsOwner(known.value)) return refused('trust_entry_refused', secondly)
  const { person = newId('per', clock.now()), ...rest } = input.rights
  const answered = await offerPairing({
    crypto,
    keys,
    clock,
    relay,
    team: known.value.teamId,
    intent: 'join',
    appOrigin: input.appOrigin,
    signal: input.signal,
    onLink: input.onLink,
    onLocked: input.onLocked,
    onWrongCode: input.onWrongCode,
    nextCode: input.nextCode,
    async welcome(accept) {
      if (accept.team !== null) return refused('conflict', 'This device belongs to a team already.')
      const { kid } = accept.keys
      const added = await extendTeam(context, async (state, now) => {
        const present = state.keys.get(kid)
        if (present) return present.removedAt === null ? ok(null) : refused('trust_entry_refused')
        const rights: Rights = { ...rest, person }
        const { passkey } = accept
        const entry = { device: accept.keys, rights, now, ...(passkey === undefined ? {} : { passkey }) }
        return ok(await makeAddDevice(crypto, keys, state, entry))
      })
      if (!added.ok) return added
      await nameDevice(context, { kid, label: accept.label, person: accept.person })
      return ok({ name: input.name.slice(0, 80), how: 'added', team: added.value.teamId, head: added.value.head })
    },
  })
  if (!answered.ok) return answered
  const { keys: newcomer, label, person: personName } = answered.value.accept
  const now = team.need()
  return now.ok ? ok({ team: now.value, kid: newcomer.kid, label, person: personName }) : now
}
