import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import { Lease } from '#protocol/statements/trust-entry.ts'
import { typ } from '#protocol/statements/typ.ts'
import type { CryptoPort } from './crypto.ts'
import { headerOf, signStatement, verifyStatement } from './jws.ts'
import type { KeyPair } from './keys.ts'
import { devicesOf, ownersOf, type TeamState } from './team-state.ts'

/** An owner's device renews another device's lease for `limits.leaseMs`. Kept apart from the log, so that renewing does not make it grow. */
export const makeLease = (
  c: CryptoPort,
  pair: KeyPair,
  { teamId }: TeamState,
  { kid, now }: { kid: string; now: number },
): Promise<string> =>
  signStatement(c, pair, typ.lease, { v: 1, team: teamId, kid, iat: now, until: now + limits.leaseMs } satisfies Lease)

/**
 * Verifies a lease by an owner who stands now, for another device than the one that signed it: a lost phone does not prolong itself. Errors: `statement_invalid`,
 * `trust_entry_refused`.
 */
export async function checkLease(c: CryptoPort, state: TeamState, jws: string): Promise<Result<Lease>> {
  const header = headerOf(jws)
  if (!header.ok) return header
  const owner = ownersOf(state).find((key) => key.keys.kid === header.value.kid)
  if (!owner) return refused('trust_entry_refused')
  const lease = await verifyStatement(c, {
    jws,
    typ: typ.lease,
    schema: Lease,
    key: owner.keys.sign,
    kid: owner.keys.kid,
  })
  if (!lease.ok) return lease
  const { team, kid, iat, until } = lease.value
  if (kid === owner.keys.kid) return refused('trust_entry_refused', 'Another owner’s device has to renew it.')
  return team === state.teamId && until - iat <= limits.leaseMs
    ? ok(lease.value)
    : refused('statement_invalid', 'lease')
}

/**
 * Those of the leases that hold: signed by an owner who stands now and whose own lease ran when it signed, and not dated after `now`. What does not verify counts as not there.
 * Only the latest of each device is known, so two owners' leases may hold by one another; what nobody carries falls, and what it carried with it.
 */
export async function readLeases(
  c: CryptoPort,
  state: TeamState,
  { leases, now }: { leases: readonly string[]; now: number },
): Promise<Lease[]> {
  const read = await Promise.all(leases.map(async (jws) => ({ jws, lease: await checkLease(c, state, jws) })))
  let held = read.flatMap(({ jws, lease }) => {
    const signer = headerOf(jws)
    const isTimely = lease.ok && lease.value.iat <= now + limits.clockSkewMs
    return isTimely && signer.ok ? [{ lease: lease.value, by: signer.value.kid }] : []
  })
  for (;;) {
    const by = held.map(({ lease }) => lease)
    const carried = held.filter(({ lease, by: kid }) => lease.iat <= leaseUntil(state, by, kid))
    if (carried.length === held.length) return by
    held = carried
  }
}

/** The devices whose lease `owner` (a kid) should renew now: those of others of which less than half is left, lapsed ones among them. Empty for who is no owner. */
export function leasesDue(
  state: TeamState,
  { leases, owner, now }: { leases: readonly Lease[]; owner: string; now: number },
): string[] {
  if (!ownersOf(state).some(({ keys }) => keys.kid === owner)) return []
  const others = devicesOf(state).filter(({ keys }) => keys.kid !== owner)
  return others.map(({ keys }) => keys.kid).filter((kid) => leaseUntil(state, leases, kid) < now + limits.leaseMs / 2)
}

/**
 * Until when a device may decide, epoch milliseconds. `leases` were checked. The only owner's lease does not lapse: nobody could renew it. 0 for a key that is no
 * standing device.
 */
export function leaseUntil(state: TeamState, leases: readonly Lease[], kid: string): number {
  const key = state.keys.get(kid)
  if (key?.kind !== 'device' || key.removedAt !== null) return 0
  const owners = ownersOf(state)
  if (owners.length === 1 && owners[0]?.keys.kid === kid) return Number.POSITIVE_INFINITY
  return Math.max(
    key.leasedFrom + limits.leaseMs,
    ...leases.filter((lease) => lease.kid === kid || key.former.includes(lease.kid)).map((lease) => lease.until),
  )
}
