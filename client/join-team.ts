import { fetchLog } from '#link/fetch-log.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { PublicKeys } from '#protocol/keys.ts'
import type { PairConfirm, PairingLink } from '#protocol/statements/pairing.ts'
import type { TeamKey, TeamState } from '#trust/trust-log.ts'
import { makeAddHost, makeGenesis, readLog } from '#trust/trust-log.ts'
import type { Context } from './context.ts'
import { extendTeam } from './extend-team.ts'

export type JoinInput = {
  confirm: PairConfirm
  /** `pair`: a host offered; `join`: an owner's device. */
  intent: PairingLink['intent']
  /** The offerer's keys as its card showed them, whose hash was in the QR code. */
  host: PublicKeys
  /** Id for this device's person, when the team is founded now. */
  person: string
}

/**
 * Ends a pairing on the trust log: founds a team, brings the host into this device's team, or takes over the log that has admitted this device. Pins the result.
 * Errors: `trust_entry_*`, `trust_head_moved`, `claim_invalid`, `conflict`, `pairing_accept_invalid` when the host offers what this device did not ask for.
 */
export async function joinTeam(
  context: Context,
  { confirm, intent, host, person }: JoinInput,
): Promise<Result<TeamState>> {
  if (intent === 'join')
    return confirm.how === 'added' ? takeOver(context, confirm, host, 'device') : refused('pairing_accept_invalid')
  const known = context.team.state()
  if (confirm.how === 'found') {
    if (known || confirm.claim === undefined) return refused('pairing_accept_invalid')
    return found(context, host, person, confirm.claim)
  }
  if (confirm.how === 'bring') return known ? bring(context, host) : refused('pairing_accept_invalid')
  return takeOver(context, confirm, host, 'host')
}

async function found(context: Context, host: PublicKeys, person: string, claim: string): Promise<Result<TeamState>> {
  const { crypto, keys, clock, relay, team } = context
  const now = clock.now()
  const genesis = await makeGenesis(crypto, keys, { person, now })
  const born = await readLog(crypto, [genesis])
  if (!born.ok) return born
  const entries = [genesis, await makeAddHost(crypto, keys, born.value, { host, now })]
  const state = await readLog(crypto, entries)
  if (!state.ok) return state
  const admitted = await relay.call('team.found', { body: { claim, entries } })
  return admitted.ok ? team.pin(state.value, relay.origin) : admitted
}

const bring = (context: Context, host: PublicKeys): Promise<Result<TeamState>> =>
  extendTeam(context, async (team, now) => {
    const present = team.keys.get(host.kid)
    if (!present) return ok(await makeAddHost(context.crypto, context.keys, team, { host, now }))
    return present.kind === 'host' && present.removedAt === null ? ok(null) : refused('trust_entry_refused')
  })

/** The log has to contain both of us: this device with its own keys, and the very host, or owner's device, that was scanned. */
async function takeOver(
  { crypto, keys, team, relay, clock }: Context,
  { team: teamId, head }: PairConfirm,
  offerer: PublicKeys,
  kind: TeamKey['kind'],
): Promise<Result<TeamState>> {
  if (teamId === undefined || head === undefined) return refused('pairing_accept_invalid')
  const read = await fetchLog(crypto, relay, { team: teamId, head, now: clock.now() })
  if (!read.ok) return read
  const own = read.value.keys.get(keys.keys.kid)
  const other = read.value.keys.get(offerer.kid)
  const both = own?.kind === 'device' && own.removedAt === null && other?.kind === kind && other.removedAt === null
  return both ? team.pin(read.value, relay.origin) : refused('trust_entry_refused')
}
