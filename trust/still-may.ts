import type { Operation } from '#protocol/statements/operation.ts'
import type { Lease } from '#protocol/statements/trust-entry.ts'
import { mayDecide } from './check-decision.ts'
import { leaseUntil } from './lease.ts'
import type { TeamState } from './trust-log.ts'

/** What a device's word is held against after it was given: the team and its leases as they are known now. `now`: epoch milliseconds. */
export type Standing = { team: TeamState; leases: readonly Lease[]; now: number }

/** Whether a device that has approved this operation would be let approve it now, its lease apart: it is in the team, and its role, hosts and tier are enough. */
export function hasRightsFor(team: TeamState, kid: string, operation: Operation): boolean {
  const key = team.keys.get(kid)
  if (key?.kind !== 'device' || key.removedAt !== null) return false
  return mayDecide({ key, approval: { tier: operation.tier, operation }, me: operation.host })
}

/** Whether what a device has approved still counts: it would be let approve it now. Whoever was removed, was given less, or whose lease has lapsed does not. */
export const stillMay = ({ team, leases, now }: Standing, kid: string, operation: Operation): boolean =>
  hasRightsFor(team, kid, operation) && now <= leaseUntil(team, leases, kid)
