import type { Clock } from '#link/clock.ts'
import type { Relay } from '#link/relay-http.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { TrustHead } from '#protocol/statements/trust-entry.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { isFork } from '#trust/fork.ts'
import { takeNews } from '#trust/take-news.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { readLog } from '#trust/trust-log.ts'
import type { Store } from './store.ts'

/** `n`: the entry of which there are two; `at`: when this device saw it. */
export type Fork = { n: number; at: number }

type Pinned = { teamId: string; relay: string; entries: string[] }

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
  /** A real fork that was seen: since then nothing is decided or changed from here. Null: none. */
  fork(): Fork | null
  /** Takes what another program with the same store (the worker, another terminal) has pinned meanwhile. */
  reload(): Promise<void>
  /** Pins the log of a pairing. Refuses to replace another team: `conflict`. */
  pin(state: TeamState, relay: string): Promise<Result<TeamState>>
  /** Reads what the relay has beyond the pin. Errors: those of the call, `trust_log_forked`, `trust_entry_invalid`, `trust_entry_refused`. */
  sync(relay: Relay): Promise<Result<TeamState>>
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

  async function reload(): Promise<void> {
    const read = await load()
    if (read.ok) take(read.value)
    fork = (await store.get<Fork>(FORK)) ?? null
  }

  /** What two owner's signatures prove is kept for good: no later answer of the relay takes it back. */
  async function refuseFork(known: TeamState, from: number, entries: readonly string[]): Promise<Result<TeamState>> {
    if (await isFork(crypto, known, { from, entries })) {
      fork ??= { n: from, at: now() }
      await store.put<Fork>(FORK, fork)
    }
    return refused('trust_log_forked')
  }

  async function load(): Promise<Result<{ state: TeamState; relay: string } | null>> {
    const pinned = await store.get<Pinned>(KEY)
    if (!pinned) return ok(null)
    const read = await readLog(crypto, pinned.entries)
    if (!read.ok || read.value.teamId !== pinned.teamId) return refused('state_damaged', 'the pinned trust log')
    return ok({ state: read.value, relay: pinned.relay })
  }

  function take(read: { state: TeamState; relay: string } | null): void {
    if (!read || (state && read.state.entries.length <= state.entries.length)) return
    state = read.state
    origin = read.relay
  }

  /** The longer log wins, as both are checked extensions of the same pin. */
  async function write(next: TeamState, relay: string): Promise<Result<TeamState>> {
    const kept = await store.update<Pinned>(KEY, (old) => {
      if (old && (old.teamId !== next.teamId || old.entries.length >= next.entries.length)) return undefined
      return { teamId: next.teamId, relay, entries: [...next.entries] }
    })
    if (kept && kept.teamId !== next.teamId) return refused('conflict', 'This device belongs to another team.')
    take({ state: next, relay })
    await reload()
    return need()
  }

  function need(): Result<TeamState> {
    return state ? ok(state) : refused('not_paired')
  }

  async function sync(relay: Relay): Promise<Result<TeamState>> {
    for (;;) {
      if (!state) return refused('not_paired')
      const known = state
      // The last known entry is asked for again: a relay that hides or replaces it shows itself.
      const from = known.entries.length - 1
      const page = await relay.call('trust.read', { query: { from: String(from) } })
      if (!page.ok) return page
      const { entries, more } = page.value
      const first = entries[0]
      if (first === undefined || page.value.from !== from) return refused('trust_log_behind')
      if (first !== known.entries[from]) return refuseFork(known, from, entries)
      if (entries.length > 1) {
        const leases = async () => {
          const read = await relay.call('leases.read', { tries: 1 })
          return read.ok ? read.value.leases : []
        }
        const news = await takeNews(crypto, known, entries.slice(1), { now: now(), leases })
        if (news.refused?.code === 'trust_log_forked') return refuseFork(known, from, entries)
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
