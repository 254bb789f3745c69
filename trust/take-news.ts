import type { Refused } from '#protocol/errors.ts'
import { refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import { TrustEntry } from '#protocol/statements/trust-entry.ts'
import type { CryptoPort } from './crypto.ts'
import { parseJws } from './jws.ts'
import { leaseUntil, readLeases } from './lease.ts'
import { isOwner, lacksSecondOwner, type TeamState } from './team-state.ts'
import { extendLog } from './trust-log.ts'

/** `leases`: as the relay has them; asked for only where the first lease of a signer has run out. */
export type NewsFacts = { now: number; leases(): Promise<readonly string[]> }

/** `team`: the log as far as it counts. `refused`: why what comes after it does not; null: all of it counts. */
export type News = { team: TeamState; refused: Refused | null }

/**
 * What of a log's further entries counts when they arrive; what is pinned was judged before and is not judged again (docs/decisions/0020). An entry counts when its signer is
 * known and holds a lease now; an owner's with all that it builds on, as who signs on a head stands by it. None counts that is dated after now, or by which an owner alone
 * makes a further owner's device for itself where two persons are owners: a lost phone would live on in it. Errors: those of `extendLog`, `clock_wrong`, `trust_entry_lapsed`,
 * `trust_entry_refused`.
 */
export async function takeNews(
  c: CryptoPort,
  known: TeamState,
  entries: readonly string[],
  facts: NewsFacts,
): Promise<News> {
  const states: TeamState[] = []
  let stopped: Refused | null = null
  for (const jws of entries) {
    const before = states.at(-1) ?? known
    const next = await extendLog(c, before, [jws])
    stopped = next.ok ? whyNot(before, jws, facts.now) : next
    if (!next.ok || stopped) break
    if (next.value !== before) states.push(next.value)
  }
  let team = known
  for (let left = states; left.length > 0; ) {
    const last = await lastVouched(c, team, left, facts)
    const next = left[last]
    if (!next) return { team, refused: refused('trust_entry_lapsed') }
    team = next
    left = left.slice(last + 1)
  }
  return { team, refused: stopped }
}

/** The last of the states whose newest entry is by who holds a lease now; of who is no owner only the first. -1: none. */
async function lastVouched(c: CryptoPort, team: TeamState, states: readonly TeamState[], facts: NewsFacts) {
  for (let at = states.length - 1; at >= 0; at -= 1) {
    const kid = read(states[at]?.entries.at(-1) ?? '')?.kid ?? ''
    if ((at === 0 || isOwner(team.keys.get(kid))) && (await isLeased(c, team, kid, facts))) return at
  }
  return -1
}

async function isLeased(c: CryptoPort, team: TeamState, kid: string, { now, leases }: NewsFacts): Promise<boolean> {
  if (now <= leaseUntil(team, [], kid)) return true
  return now <= leaseUntil(team, await readLeases(c, team, { leases: await leases(), now }), kid)
}

function whyNot(team: TeamState, jws: string, now: number): Refused | null {
  const { entry, kid = '' } = read(jws) ?? {}
  if (!entry || entry.at > now + limits.entrySkewMs) return refused('clock_wrong')
  if (entry.type !== 'AddDevice' && entry.type !== 'SetRights') return null
  const signer = team.keys.get(kid)
  const { rights, at } = entry
  const own = entry.type === 'AddDevice' ? entry.device.kid : entry.kid
  if (!lacksSecondOwner(team, { kid: own, rights, at }, signer)) return null
  return refused('trust_entry_refused', 'A further owner needs two owners.')
}

/** An entry that was verified, taken apart. */
function read(jws: string): { entry: TrustEntry; kid: string } | null {
  const parsed = parseJws(jws)
  const entry = parsed.ok ? TrustEntry.safeParse(parsed.value.payload) : null
  return parsed.ok && entry?.success ? { entry: entry.data, kid: parsed.value.header.kid } : null
}
