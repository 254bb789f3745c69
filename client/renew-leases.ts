import type { Result } from '#protocol/errors.ts'
import { ok } from '#protocol/errors.ts'
import { leasesDue, makeLease, readLeases } from '#trust/lease.ts'
import { ownersOf } from '#trust/trust-log.ts'
import type { Context } from './context.ts'

type Looked = { at: number; entries: number }
const KEY = 'leases-looked'
/** Leases last two weeks and are renewed in their second: looking twice a day is plenty. */
const AGAIN_MS = 12 * 3_600_000

/**
 * Renews what is due of the leases of the team's other devices; for an owner's device, which `connect()` does by itself. Looks at most twice a day, or when the team has
 * changed. Returns how many it renewed; 0 for who is no owner. Errors: `not_paired`, those of the calls.
 */
export async function renewLeases(context: Context): Promise<Result<number>> {
  const { crypto, keys, clock, relay, store, team } = context
  const known = team.need()
  if (!known.ok) return known
  const state = known.value
  const now = clock.now()
  const owner = keys.keys.kid
  if (!ownersOf(state).some((key) => key.keys.kid === owner)) return ok(0)
  const looked = await store.get<Looked>(KEY)
  if (looked && looked.entries === state.entries.length && now >= looked.at && now < looked.at + AGAIN_MS) return ok(0)
  const read = await relay.call('leases.read', {})
  if (!read.ok) return read
  const leases = await readLeases(crypto, state, { leases: read.value.leases, now })
  const due = leasesDue(state, { leases, owner, now })
  if (due.length > 0) {
    const made = await Promise.all(due.map((kid) => makeLease(crypto, keys, state, { kid, now })))
    const written = await relay.call('leases.write', { body: { leases: made } })
    if (!written.ok) return written
  }
  await store.put<Looked>(KEY, { at: now, entries: state.entries.length })
  return ok(due.length)
}
