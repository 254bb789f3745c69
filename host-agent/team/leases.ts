import type { Clock } from '#link/clock.ts'
import type { Relay } from '#link/relay-http.ts'
import type { Lease } from '#protocol/statements/trust-entry.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { leaseUntil, readLeases } from '#trust/lease.ts'
import type { TeamState } from '#trust/trust-log.ts'

/**
 * The leases that owners' devices have signed for others. They are on no disk of the host: what needs one comes by the relay, which has them too. A relay that withholds
 * them lets them lapse, which denies.
 */
export type Leases = {
  /** Those that hold, read anew where this device's seems to have lapsed. */
  for(state: TeamState, kid: string): Promise<Lease[]>
}

export function openLeases({ crypto, clock, relay }: { crypto: CryptoPort; clock: Clock; relay: Relay }): Leases {
  let kept: readonly string[] = []
  return {
    async for(state, kid) {
      const now = clock.now()
      const known = await readLeases(crypto, state, { leases: kept, now })
      if (now <= leaseUntil(state, known, kid)) return known
      const read = await relay.call('leases.read', {})
      if (!read.ok) return known
      kept = read.value.leases
      return readLeases(crypto, state, { leases: kept, now })
    },
  }
}
