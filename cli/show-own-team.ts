import type { Context } from '#client/context.ts'
import { listDevices } from '#client/list-devices.ts'
import { listHosts } from '#client/list-hosts.ts'
import { kidOfHost } from '#protocol/ids.ts'
import { leaseUntil, readLeases } from '#trust/lease.ts'
import { devicesOf, type TeamState } from '#trust/trust-log.ts'
import type { Output } from './output.ts'
import { teamNames } from './team-names.ts'
import { type Seen, tellTeam } from './tell-team.ts'
import type { Outcome } from './verb.ts'

/** The team as this terminal knows it: its own trust log, as its verbs bring it up to what the relay has. Without the relay it still says who may what. */
export async function showOwnTeam(context: Context, output: Output): Promise<Outcome> {
  const known = context.team.need()
  if (!known.ok) return known
  const team = known.value
  const devices = await listDevices(context)
  const hosts = await listHosts(context)
  const listed = hosts.ok ? hosts.value : []
  const seen = new Map<string, Seen>()
  for (const { key, seen: view } of devices.ok ? devices.value : []) if (view) seen.set(key.keys.kid, view)
  for (const host of listed) seen.set(kidOfHost(host.hostId), host)
  tellTeam(output, {
    team,
    names: teamNames(listed),
    fork: context.team.fork(),
    wayOut: 'choose in the app which one counts, and at each host: countersign team settle',
    seen,
    leases: await leasesOf(context, team),
    own: context.keys.keys.kid,
  })
  // What was shown may be behind: that is said, not hidden.
  return devices.ok ? null : devices
}

async function leasesOf(
  { crypto, relay, clock }: Context,
  team: TeamState,
): Promise<ReadonlyMap<string, number> | null> {
  const read = await relay.call('leases.read', { tries: 1 })
  if (!read.ok) return null
  const leases = await readLeases(crypto, team, { leases: read.value.leases, now: clock.now() })
  return new Map(devicesOf(team).map(({ keys: { kid } }) => [kid, leaseUntil(team, leases, kid)]))
}
