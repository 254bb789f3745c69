import { within } from '#link/clock.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { leaseUntil, readLeases } from '#trust/lease.ts'
import type { TeamState } from '#trust/trust-log.ts'
import type { Context } from './context.ts'

const KEY = 'own-lease'

/**
 * Whether this device may still decide, before it signs what the host would refuse. Asks the relay only when what is known has run out; without a network the host is left
 * to judge. Error: `decision_lease_expired`.
 */
export async function checkOwnLease(
  { crypto, keys, clock, relay, store, patience }: Context,
  team: TeamState,
): Promise<Result<void>> {
  const { kid } = keys.keys
  const now = clock.now()
  if (now <= Math.max(leaseUntil(team, [], kid), (await store.get<number>(KEY)) ?? 0)) return ok(undefined)
  const asked = relay.call('leases.read', { tries: 1 })
  const read = patience ? await within(clock, patience.ms, asked) : await asked
  if (!read?.ok) return ok(undefined)
  const until = leaseUntil(team, await readLeases(crypto, team, { leases: read.value.leases, now }), kid)
  if (now > until) return refused('decision_lease_expired')
  await store.put<number>(KEY, until)
  return ok(undefined)
}
