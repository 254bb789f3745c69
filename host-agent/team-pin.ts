import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { type Clock, systemClock } from '#link/clock.ts'
import type { Relay } from '#link/relay-http.ts'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { Kid, TeamId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { TrustEntryJws } from '#protocol/statements/trust-entry.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { isFork } from '#trust/fork.ts'
import { takeNews } from '#trust/take-news.ts'
import { readLog, type TeamState } from '#trust/trust-log.ts'
import { type Unpaired, withoutUnpaired } from '#trust/without-unpaired.ts'
import { writeFileWhole } from './write-file-whole.ts'

const Pinned = z.strictObject({
  teamId: TeamId,
  relay: z.string(),
  entries: z.array(TrustEntryJws).check(z.maxLength(limits.trustEntries)),
  /** What people called their devices at pairing, by kid. */
  names: z.record(z.string(), z.strictObject({ label: z.string(), person: z.string() })),
  /** A real fork was seen at this entry. It is never forgotten: the way out is another team. */
  fork: z.optional(z.strictObject({ n: z.int(), at: z.int() })),
  /** Devices that this host takes nothing from any more, whatever the log says. */
  unpaired: z.optional(
    z.array(z.strictObject({ kid: Kid, n: z.int(), at: z.int() })).check(z.maxLength(limits.keysPerTeam)),
  ),
})
type Pinned = z.infer<typeof Pinned>

/**
 * The team as this host knows it: pinned at pairing, and since then only ever extended by entries that verify. A shorter or a
 * different log is refused, never taken over.
 */
export type TeamPin = {
  /** Null until paired. Whoever was unpaired here, and whoever they have let in since, counts as removed in it. */
  state(): TeamState | null
  names(): Readonly<Pinned['names']>
  /** Where the team was founded; null until paired. */
  relay(): string | null
  /** Not null: owners have signed two different logs. Nothing is released any more. */
  fork(): NonNullable<Pinned['fork']> | null
  pin(state: TeamState, relay: string): Promise<Result<TeamState>>
  name(kid: string, label: string, person: string): Promise<void>
  /** Reads what the relay has beyond the pin. Errors: those of the call, `trust_log_forked`, `trust_log_behind`, `trust_entry_*`. */
  sync(relay: Relay): Promise<Result<TeamState>>
  unpaired(): readonly Unpaired[]
  /** Ends a device's power at this host, or with `undo` lets the log say again. Durable when it resolves. Errors: `not_paired`, `key_unknown` (no device of the team), `conflict` (nothing changes by it). */
  unpair(kid: string, undo: boolean, now: number): Promise<Result<TeamState>>
  onChange(tell: (state: TeamState) => void): void
}

/** Errors: `state_damaged` when the file is there but can't be read: a host that forgot its team must not join another silently. */
export async function openTeamPin(
  crypto: CryptoPort,
  home: string,
  clock: Pick<Clock, 'now'> = systemClock,
): Promise<Result<TeamPin>> {
  const path = join(home, 'team.json')
  let pinned: Pinned | null = null
  /** The log as it is, and the team as it counts here. */
  let log: TeamState | null = null
  let state: TeamState | null = null
  const tellers: ((state: TeamState) => void)[] = []

  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? null : '',
  )
  if (content !== null) {
    pinned = parse(content)
    const read = pinned ? await readLog(crypto, pinned.entries) : refused('state_damaged')
    if (!read.ok || read.value.teamId !== pinned?.teamId) return refused('state_damaged', path)
    log = read.value
    state = withoutUnpaired(log, pinned.unpaired ?? [])
  }

  async function keep(next: TeamState, relay: string): Promise<Result<TeamState>> {
    if (pinned && pinned.teamId !== next.teamId) return refused('conflict', 'This host belongs to another team.')
    if (state && log && next.entries.length <= log.entries.length) return ok(state)
    pinned = { ...pinned, teamId: next.teamId, relay, entries: [...next.entries], names: namesIn(next, pinned?.names) }
    await writeFileWhole(path, JSON.stringify(pinned))
    return take(pinned.unpaired ? await readLog(crypto, next.entries) : ok(next))
  }

  /** `whole`: the log as it is, nobody left out. */
  function take(whole: Result<TeamState>): Result<TeamState> {
    if (!whole.ok) return whole
    log = whole.value
    const next = withoutUnpaired(log, pinned?.unpaired ?? [])
    state = next
    for (const tell of tellers) tell(next)
    return ok(next)
  }

  async function unpair(kid: string, undo: boolean, at: number): Promise<Result<TeamState>> {
    if (!pinned || !log) return refused('not_paired')
    if (log.keys.get(kid)?.kind !== 'device') return refused('key_unknown')
    const { unpaired = [], ...rest } = pinned
    const others = unpaired.filter((each) => each.kid !== kid)
    if (others.length < unpaired.length !== undo)
      return refused('conflict', undo ? 'It is not unpaired.' : 'It is unpaired.')
    pinned = { ...rest, unpaired: undo ? others : [...others, { kid, n: log.head.n, at }] }
    await writeFileWhole(path, JSON.stringify(pinned))
    return take(ok(log))
  }

  async function refuseFork(known: TeamState, from: number, entries: readonly string[]): Promise<Result<TeamState>> {
    if (pinned && !pinned.fork && (await isFork(crypto, known, { from, entries }))) {
      pinned = { ...pinned, fork: { n: from, at: Date.now() } }
      await writeFileWhole(path, JSON.stringify(pinned))
      if (state) for (const tell of tellers) tell(state)
    }
    return refused('trust_log_forked')
  }

  async function sync(relay: Relay): Promise<Result<TeamState>> {
    for (;;) {
      const known = log
      if (!known || !pinned) return refused('not_paired')
      // The last known entry is asked for again: a relay that hides or replaces it shows itself.
      const from = known.entries.length - 1
      const page = await relay.call('trust.read', { query: { from: String(from) } })
      if (!page.ok) return page
      const { entries, more } = page.value
      if (entries[0] === undefined || page.value.from !== from) return refused('trust_log_behind')
      if (entries[0] !== known.entries[from]) return refuseFork(known, from, entries)
      const leases = async () => {
        const read = await relay.call('leases.read', {})
        return read.ok ? read.value.leases : []
      }
      const news = await takeNews(crypto, known, entries.slice(1), { now: clock.now(), leases })
      if (news.refused?.code === 'trust_log_forked') return refuseFork(known, from, entries)
      const kept = await keep(news.team, pinned.relay)
      if (news.refused) return news.refused
      if (!kept.ok || !more || entries.length <= 1) return kept
    }
  }

  let syncing: Promise<unknown> = Promise.resolve()
  return ok({
    state: () => state,
    names: () => pinned?.names ?? {},
    relay: () => pinned?.relay ?? null,
    fork: () => pinned?.fork ?? null,
    pin: keep,
    async name(kid, label, person) {
      if (!pinned) return
      pinned = { ...pinned, names: { ...pinned.names, [kid]: { label, person } } }
      await writeFileWhole(path, JSON.stringify(pinned))
    },
    sync(relay) {
      const next = syncing.then(() => sync(relay))
      syncing = next.catch(() => {})
      return next
    },
    unpaired: () => pinned?.unpaired ?? [],
    unpair,
    onChange: (tell) => void tellers.push(tell),
  })
}

/** Who has new keys is still called the same. */
function namesIn(team: TeamState, names: Pinned['names'] = {}): Pinned['names'] {
  const named = { ...names }
  for (const [kid, { former }] of team.keys) {
    const name = former.map((old) => names[old]).findLast((each) => each !== undefined)
    if (name) named[kid] ??= name
  }
  return named
}

function parse(content: string): Pinned | null {
  try {
    return Pinned.safeParse(JSON.parse(content)).data ?? null
  } catch {
    return null
  }
}
