import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { type Clock, systemClock } from '#link/clock.ts'
import { fetchLeases } from '#link/fetch-leases.ts'
import { findBranches, isNews } from '#link/find-branches.ts'
import type { Relay } from '#link/relay-http.ts'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { Kid, TeamId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { TrustEntryJws } from '#protocol/statements/trust-entry.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import type { Branch } from '#trust/settle-fork.ts'
import { forkNamedBy, isCode, readBranches } from '#trust/settle-fork.ts'
import { takeNews } from '#trust/take-news.ts'
import { readLog, type TeamState } from '#trust/trust-log.ts'
import { type Unpaired, withoutUnpaired } from '#trust/without-unpaired.ts'
import { writeFileWhole } from '../journal/write-file-whole.ts'

const Pinned = z.strictObject({
  teamId: TeamId,
  relay: z.string(),
  entries: z.array(TrustEntryJws).check(z.maxLength(limits.trustEntries)),
  /** What people called their devices at pairing, by kid. */
  names: z.record(z.string(), z.strictObject({ label: z.string(), person: z.string() })),
  /** From this entry on there are two branches; it stands until a person has confirmed here which one counts. */
  fork: z.optional(
    z.strictObject({
      n: z.int(),
      at: z.int(),
      other: z.optional(z.array(TrustEntryJws).check(z.maxLength(limits.trustEntries))),
    }),
  ),
  /** Up to this entry a person has confirmed the log: another branch from before freezes nobody any more. */
  settled: z.optional(z.int()),
  /** Devices that this host takes nothing from any more, whatever the log says. */
  unpaired: z.optional(
    z.array(z.strictObject({ kid: Kid, n: z.int(), at: z.int() })).check(z.maxLength(limits.keysPerTeam)),
  ),
})
type Pinned = z.infer<typeof Pinned>

/** Of the two branches from entry `fork` on, the one that the owner's device `by` has chosen is the log. */
export type Settlement = { fork: number; by: string }

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
  /** Both branches of the fork, as far as they were shown; null: there is none. */
  branches(): Promise<{ n: number; at: number; own: Branch; other: Branch | null } | null>
  /**
   * A person has typed the code of an owner's choice: from here on its branch is the log, and what the other one says counts for nothing. Errors: `not_forked`, `branch_code_wrong`
   * (no owner's choice that was shown has it, or both).
   */
  settle(code: string): Promise<Result<TeamState>>
  pin(state: TeamState, relay: string): Promise<Result<TeamState>>
  name(kid: string, label: string, person: string): Promise<void>
  /** Reads what the relay has beyond the pin. Errors: those of the call, `trust_log_forked`, `trust_log_behind`, `trust_entry_*`. */
  sync(relay: Relay): Promise<Result<TeamState>>
  unpaired(): readonly Unpaired[]
  /** Ends a device's power at this host, or with `undo` lets the log say again. Durable when it resolves. Errors: `not_paired`, `key_not_found` (no device of the team), `conflict` (nothing changes by it). */
  unpair(kid: string, undo: boolean, now: number): Promise<Result<TeamState>>
  /** `settlement`: only where a person has just confirmed a branch. */
  onChange(tell: (state: TeamState, settlement?: Settlement) => void): void
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
  const tellers: ((state: TeamState, settlement?: Settlement) => void)[] = []

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

  let saved: Promise<void> = Promise.resolve()
  /** One write after another, each of what is known by then: none is lost, and the file never goes back. */
  function save(): Promise<void> {
    const write = () => writeFileWhole(path, JSON.stringify(pinned))
    saved = saved.then(write, write)
    return saved
  }

  async function keep(next: TeamState, relay: string): Promise<Result<TeamState>> {
    if (pinned && pinned.teamId !== next.teamId) return refused('conflict', 'This host belongs to another team.')
    if (state && log && next.entries.length <= log.entries.length) return ok(state)
    const fork = log === null ? undefined : chosenAfter(log.entries.length, next)
    pinned = {
      ...pinned,
      ...fork,
      teamId: next.teamId,
      relay,
      entries: [...next.entries],
      names: namesIn(next, pinned?.names),
    }
    await save()
    return take(pinned.unpaired ? await readLog(crypto, next.entries) : ok(next))
  }

  /** `whole`: the log as it is, nobody left out. */
  function take(whole: Result<TeamState>, settlement?: Settlement): Result<TeamState> {
    if (!whole.ok) return whole
    log = whole.value
    const next = withoutUnpaired(log, pinned?.unpaired ?? [])
    state = next
    for (const tell of tellers) tell(next, settlement)
    return ok(next)
  }

  async function unpair(kid: string, undo: boolean, at: number): Promise<Result<TeamState>> {
    if (!pinned || !log) return refused('not_paired')
    if (log.keys.get(kid)?.kind !== 'device') return refused('key_not_found')
    const { unpaired = [], ...rest } = pinned
    const others = unpaired.filter((each) => each.kid !== kid)
    if (others.length < unpaired.length !== undo)
      return refused('conflict', undo ? 'It is not unpaired.' : 'It is unpaired.')
    pinned = { ...rest, unpaired: undo ? others : [...others, { kid, n: log.head.n, at }] }
    await save()
    return take(ok(log))
  }

  /** An owner has chosen a branch, maybe this one, and nobody here has confirmed it yet. */
  function chosenAfter(from: number, { entries }: TeamState): Pick<Pinned, 'fork'> | undefined {
    const n = entries
      .slice(from)
      .map(forkNamedBy)
      .find((named) => named !== null)
    if (n === undefined || n === null) return undefined
    const before = pinned?.fork
    return { fork: { at: clock.now(), ...(before?.n === n ? before : {}), n } }
  }

  async function refuseFork(
    known: TeamState,
    relay: Relay,
    page: { from: number; entries: readonly string[] },
  ): Promise<Result<TeamState>> {
    const found = await findBranches(crypto, relay, known, page)
    if (pinned && found && found.n > (pinned.settled ?? 0) && isNews(found, pinned.fork)) {
      pinned = { ...pinned, fork: { at: clock.now(), ...pinned.fork, ...found } }
      await save()
      if (state) for (const tell of tellers) tell(state)
    }
    return refused(found || page.entries.length > 0 ? 'trust_log_forked' : 'trust_log_behind')
  }

  async function branches() {
    return pinned?.fork && log ? { ...pinned.fork, ...(await readBranches(crypto, log, pinned.fork)) } : null
  }

  async function settle(code: string): Promise<Result<TeamState>> {
    const both = await branches()
    if (!both || !pinned) return refused('not_forked')
    const meant = [both.own, both.other].filter((branch) => branch?.choice && isCode(branch.choice, code))
    const [chosen, more] = meant
    if (!chosen?.choice || more) return refused('branch_code_wrong')
    const { fork: _, unpaired = [], ...rest } = pinned
    const next = chosen.state
    pinned = {
      ...rest,
      entries: [...next.entries],
      settled: chosen.choice.head.n,
      names: namesIn(next, rest.names),
      // What the unpaired have signed on this branch is new here.
      unpaired: unpaired.map((each) => ({ ...each, n: Math.min(each.n, both.n - 1) })),
    }
    await save()
    return take(ok(next), { fork: both.n, by: chosen.choice.by })
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
      if (page.value.from !== from) return refused('trust_log_behind')
      if (entries[0] !== known.entries[from]) return refuseFork(known, relay, { from, entries })
      const news = await takeNews(crypto, known, entries.slice(1), { now: clock.now(), leases: fetchLeases(relay) })
      if (news.refused?.code === 'trust_log_forked') return refuseFork(known, relay, { from, entries })
      const kept = await keep(news.team, pinned.relay)
      if (news.refused) return news.refused
      if (!kept.ok || !more || entries.length <= 1) return kept
    }
  }

  let working: Promise<unknown> = Promise.resolve()
  /** What extends the log. `unpair` waits for no relay. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = working.then(work)
    working = next.catch(() => {})
    return next
  }
  return ok({
    state: () => state,
    names: () => pinned?.names ?? {},
    relay: () => pinned?.relay ?? null,
    fork: () => pinned?.fork ?? null,
    pin: (next, relay) => inTurn(() => keep(next, relay)),
    async name(kid, label, person) {
      if (!pinned) return
      pinned = { ...pinned, names: { ...pinned.names, [kid]: { label, person } } }
      await save()
    },
    branches,
    settle: (code) => inTurn(() => settle(code)),
    sync: (relay) => inTurn(() => sync(relay)),
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
