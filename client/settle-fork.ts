import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { kidOfHost } from '#protocol/ids.ts'
import type { Branch } from '#trust/settle-fork.ts'
import { hasChosen, readBranches } from '#trust/settle-fork.ts'
import { hostsOf, makeCheckpoint, readLog } from '#trust/trust-log.ts'
import type { Context } from './context.ts'
import { listHosts } from './list-hosts.ts'

/** `own`: the branch that this device has; `other` null: it was not shown whole yet. */
export type Fork = { n: number; at: number; own: Branch; other: Branch | null }

/** Both branches of the fork that this device has seen; null: none, or it is settled. */
export async function readFork({ crypto, team }: Context): Promise<Fork | null> {
  const fork = team.fork()
  const state = team.state()
  return fork && state ? { ...fork, ...(await readBranches(crypto, state, fork)) } : null
}

/**
 * An owner's word for one of two branches: signed on its end, and told to the relay, which may have the other. It counts once a person has confirmed it at a host, by the code
 * that is returned. Errors: `not_forked` (also for a branch that was not shown), `trust_entry_refused` (who signs was no owner before the branches parted), those of the call.
 */
export async function chooseBranch(context: Context, which: 'own' | 'other'): Promise<Result<{ code: string }>> {
  const { crypto, keys, clock, relay, team } = context
  await team.sync(relay)
  const fork = await readFork(context)
  const branch = fork?.[which]
  if (!fork || !branch) return refused('not_forked')
  const chosen =
    branch.choice === null ? [await makeCheckpoint(crypto, keys, branch.state, { fork: fork.n, now: clock.now() })] : []
  const read = await readLog(crypto, [...branch.state.entries, ...chosen])
  if (!read.ok) return read
  const { choice } = (await readBranches(crypto, read.value, { n: fork.n })).own
  if (!choice) return refused('trust_entry_refused')
  const told = await relay.call('trust.choose', { body: { from: fork.n, entries: read.value.entries.slice(fork.n) } })
  if (!told.ok) return told
  await team.sync(relay)
  return ok({ code: choice.code })
}

/**
 * Takes the branch over that a person has confirmed at a host: an owner stands by it, and a host of before the fork says, signed, that it works on it again. Looks at what the
 * relay shows now. True: the fork is settled. Errors: those of the calls.
 */
export async function followSettlement(context: Context): Promise<Result<boolean>> {
  const { crypto, relay, team } = context
  if (!team.fork()) return ok(false)
  await team.sync(relay)
  const fork = await readFork(context)
  const hosts = await listHosts(context)
  if (!hosts.ok) return hosts
  const before = fork && (await readLog(crypto, fork.own.state.entries.slice(0, fork.n)))
  if (!fork || !before?.ok) return ok(false)
  const known = new Set(hostsOf(before.value).map((host) => host.keys.kid))
  for (const branch of [fork.own, fork.other]) {
    if (!branch?.choice) continue
    for (const { hostId, status } of hosts.value) {
      const kid = kidOfHost(hostId)
      const speaks = known.has(kid) && branch.state.keys.get(kid)?.removedAt === null
      if (!speaks || !status || status.frozen || !(await hasChosen(crypto, branch, status.trustHead))) continue
      await team.settle(branch.state, branch.choice.head.n)
      return ok(true)
    }
  }
  return ok(false)
}
