import { fetchLog } from '#link/fetch-log.ts'
import type { Result } from '#protocol/errors.ts'
import { refused } from '#protocol/errors.ts'
import type { PublicKeys } from '#protocol/keys.ts'
import type { PairConfirm } from '#protocol/statements/pairing.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { makeAddHost, makeGenesis, readLog } from '#trust/trust-log.ts'
import type { Context } from './context.ts'

export type JoinInput = {
  confirm: PairConfirm
  /** The host's keys as its card showed them, whose hash was in the QR code. */
  host: PublicKeys
  /** Id for this device's person, when the team is founded now. */
  person: string
}

/**
 * Ends a pairing on the trust log: founds a team, brings the host into this device's team, or takes over the log that has admitted this device. Pins the result.
 * Errors: `trust_entry_*`, `trust_head_moved`, `claim_invalid`, `conflict`, `pairing_accept_invalid` when the host offers what this device did not ask for.
 */
export async function joinTeam(context: Context, { confirm, host, person }: JoinInput): Promise<Result<TeamState>> {
  const known = context.team.state()
  if (confirm.how === 'found') {
    if (known || confirm.claim === undefined) return refused('pairing_accept_invalid')
    return found(context, host, person, confirm.claim)
  }
  if (confirm.how === 'bring') return known ? bring(context, host) : refused('pairing_accept_invalid')
  return takeOver(context, confirm, host)
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

async function bring(context: Context, host: PublicKeys): Promise<Result<TeamState>> {
  const { crypto, keys, clock, relay, team } = context
  for (let tries = 1; ; tries += 1) {
    const known = await team.sync(relay)
    if (!known.ok) return known
    const present = known.value.keys.get(host.kid)
    if (present) return present.kind === 'host' && present.removedAt === null ? known : refused('trust_entry_refused')
    const entry = await makeAddHost(crypto, keys, known.value, { host, now: clock.now() })
    const appended = await relay.call('trust.append', { body: { entry } })
    if (!appended.ok && appended.code !== 'trust_head_moved') return appended
    if (tries >= 4) return appended.ok ? refused('trust_log_behind') : appended
  }
}

/** The log has to contain both of us: this device with its own keys, and the very host that was scanned. */
async function takeOver(
  { crypto, keys, team, relay }: Context,
  { team: teamId, head }: PairConfirm,
  host: PublicKeys,
): Promise<Result<TeamState>> {
  if (teamId === undefined || head === undefined) return refused('pairing_accept_invalid')
  const read = await fetchLog(crypto, relay, { team: teamId, head })
  if (!read.ok) return read
  const own = read.value.keys.get(keys.keys.kid)
  const other = read.value.keys.get(host.kid)
  const both = own?.kind === 'device' && own.removedAt === null && other?.kind === 'host' && other.removedAt === null
  return both ? team.pin(read.value, relay.origin) : refused('trust_entry_refused')
}
