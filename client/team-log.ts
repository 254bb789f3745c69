import type { Clock } from '#link/clock.ts'
import { fetchLeases } from '#link/fetch-leases.ts'
import { findBranches, isNews } from '#link/find-branches.ts'
import type { Relay } from '#link/relay-http.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { TrustHead } from '#protocol/statements/trust-entry.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { takeNews } from '#trust/take-news.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { readLog } from '#trust/trust-log.ts'
import type { Store } from './store.ts'

/** `n`: the entry from which on there are two branches; `other`: the one that is not this device's, as far as it was shown; `at`: when this device saw it. */
export type Fork = { n: number; at: number; other?: string[] }

/** `settled`: up to this entry a host's person has confirmed the log, and another branch from before freezes nobody any more. */
type Pinned = { teamId: string; relay: string; entries: string[]; settled?: number }

type Read = { state: TeamState; relay: string; settled: number }

/**
 * The team as this device knows it: pinned at pairing, and since then only ever extended by entries that verify. What the relay says is checked
 * against the pin; a shorter or a different log is refused, never taken over.
 */
export type TeamLog = {
  /** Null until paired. */
  state(): TeamState | null
  /** The relay that the team was founded at. */
  relay(): string | null
  /** `not_paired` or the team. */
  need(): Result<TeamState>
  /** A real fork that was seen: until it is settled nothing is decided or changed from here. Null: none. */
  fork(): Fork | null
  /** The branch that a person has confirmed at a host is the log from here on, whichever this device had. `n`: the owner's choice on it. */
  settle(state: TeamState, n: number): Promise<void>
  /** Takes what another program with the same store (the worker, another terminal) has pinned meanwhile. */
  reload(): Promise<void>
  /** Pins the log of a pairing. Refuses to replace another team: `conflict`. */
  pin(state: TeamState, relay: string): Promise<Result<TeamState>>
  /** Reads what the relay has beyond the pin; `tries` as of any call. Errors: those of the call, `trust_log_forked`, `trust_entry_invalid`, `trust_entry_refused`. */
  sync(relay: Relay, input?: { tries?: number }): Promise<Result<TeamState>>
  /** As `sync`, but only when `head` is not already behind us: an approval or decision names the head its signer saw. */
  reach(relay: Relay, head: TrustHead): Promise<Result<TeamState>>
}

const KEY = 'team'
const FORK = 'team-fork'

export async function openTeamLog(
  crypto: CryptoPort,
  store: Store,
  { now }: Pick<Clock, 'now'>,
): Promise<Result<TeamLog>> {
  let state: TeamState | null = null
  let origin: string | null = null
  let fork: Fork | null = null
  let settled = 0

  async function reload(): Promise<void> {
    const read = await load()
    if (read.ok) take(read.value)
    fork = (await store.get<Fork>(FORK)) ?? null
  }

  /** What owners' signatures prove is kept: no later answer of the relay takes it back. */
  async function refuseFork(
    known: TeamState,
    relay: Relay,
    page: { from: number; entries: readonly string[] },
  ): Promise<Result<TeamState>> {
    const found = await findBranches(crypto, relay, known, page)
    if (found && found.n > settled && isNews(found, fork ?? undefined)) {
      fork = { at: now(), ...fork, ...found }
      await store.put<Fork>(FORK, fork)
    }
    return refused(found || page.entries.length > 0 ? 'trust_log_forked' : 'trust_log_behind')
  }

  async function load(): Promise<Result<Read | null>> {
    const pinned = await store.get<Pinned>(KEY)
    if (!pinned) return ok(null)
    const read = await readLog(crypto, pinned.entries)
    if (!read.ok || read.value.teamId !== pinned.teamId) return refused('state_damaged', 'the pinned trust log')
    return ok({ state: read.value, relay: pinned.relay, settled: pinned.settled ?? 0 })
  }

  function take(read: Read | null): void {
    const isOlder = state && read && read.settled <= settled && read.state.entries.length <= state.entries.length
    if (!read || isOlder) return
    ;({ state, settled, relay: origin } = read)
  }

  /** The longer log wins, as both are checked extensions of the same pin; another branch than what is kept meanwhile does not. */
  async function write(next: TeamState, relay: string): Promise<Result<TeamState>> {
    const kept = await store.update<Pinned>(KEY, (old) => {
      if (old && (old.teamId !== next.teamId || old.entries.some((jws, n) => next.entries[n] !== jws))) return undefined
      return { ...old, teamId: next.teamId, relay, entries: [...next.entries] }
    })
    if (kept && kept.teamId !== next.teamId) return refused('conflict', 'This device belongs to another team.')
    await reload()
    return need()
  }

  async function settle(next: TeamState, n: number): Promise<void> {
    // One write: a device that is killed here has either branch, and asks again.
    await store.update<Pinned>(KEY, (old) => old && { ...old, entries: [...next.entries], settled: n })
    await store.delete(FORK)
    await reload()
  }

  function need(): Result<TeamState> {
    return state ? ok(state) : refused('not_paired')
  }

  async function sync(relay: Relay, input: { tries?: number } = {}): Promise<Result<TeamState>> {
    for (;;) {
      if (!state) return refused('not_paired')
      const known = state
      // The last known entry is asked for again: a relay that hides or replaces it shows itself.
      const from = known.entries.length - 1
      const page = await relay.call('trust.read', { query: { from: String(from) }, ...input })
      if (!page.ok) return page
      const { entries, more } = page.value
      const first = entries[0]
      if (page.value.from !== from) return refused('trust_log_behind')
      if (first !== known.entries[from]) return refuseFork(known, relay, { from, entries })
      if (entries.length > 1) {
        const news = await takeNews(crypto, known, entries.slice(1), {
          now: now(),
          leases: fetchLeases(relay, { tries: 1 }),
        })
        if (news.refused?.code === 'trust_log_forked') return refuseFork(known, relay, { from, entries })
        if (news.team.entries.length > known.entries.length) {
          const written = await write(news.team, origin ?? relay.origin)
          if (!written.ok) return written
        }
        if (news.refused) return news.refused
      }
      if (!more || entries.length <= 1) return need()
    }
  }

  const read = await load()
  if (!read.ok) return read
  take(read.value)
  fork = (await store.get<Fork>(FORK)) ?? null
  return ok({
    state: () => state,
    fork: () => fork,
    relay: () => origin,
    need,
    settle,
    reload,
    pin: write,
    sync,
    async reach(relay, head) {
      if (state && head.n < state.entries.length) return need()
      return sync(relay)
    },
  })
}

/** The relay that this store's team was founded at; undefined before pairing. */
export const pinnedRelay = async (store: Store): Promise<string | undefined> => (await store.get<Pinned>(KEY))?.relay
