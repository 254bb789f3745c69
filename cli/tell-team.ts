import { visible } from '#client/display.ts'
import { kidOfHost } from '#protocol/ids.ts'
import type { DeviceView } from '#protocol/records.ts'
import { presentKeys, type TeamKey, type TeamState } from '#trust/team-state.ts'
import type { Output } from './output.ts'

/** What the relay has seen of a key. */
export type Seen = Pick<DeviceView, 'online' | 'lastSeenAt'>

/** The team as a host or a terminal knows it. Null and absent: could not be asked, nothing is said of it. */
export type TeamSight = {
  team: TeamState
  names: Readonly<Record<string, { label: string; person: string }>>
  fork: { n: number; at: number } | null
  seen: ReadonlyMap<string, Seen> | null
  /** Until when each device may decide, epoch milliseconds. */
  leases: ReadonlyMap<string, number> | null
  /** What a person does next about a fork. */
  wayOut: string
  /** The key that looks. */
  own?: string
}

/** Says who belongs to a team: each key with its rights, since when, last seen, and until when it may decide. */
export function tellTeam(output: Output, { team, names, fork, seen, leases, wayOut, own }: TeamSight): void {
  const { teamId, entries } = team
  output.fact(
    'team',
    { team: teamId, entries: entries.length },
    `${teamId}, ${entries.length} entries in its trust log`,
  )
  if (fork)
    output.fact(
      'fork',
      { n: fork.n, at: fork.at },
      `FROZEN: owners have signed two different entries ${fork.n}. Nothing is approved any more. Find out which device signed the other one, then: ${wayOut}`,
    )
  const nameOf = (kid: string) => visible(names[kid]?.label ?? '')
  for (const key of presentKeys(team)) {
    const { kid } = key.keys
    const { label = '', person = '' } = names[kid] ?? {}
    const view = seen?.get(kid)
    const until = key.kind === 'device' ? leases?.get(kid) : undefined
    const invited = team.invites.get(kid)
    output.fact(
      key.kind,
      {
        kid,
        label,
        personName: person,
        ...(key.rights ?? {}),
        passkey: key.passkey !== null,
        since: key.addedAt,
        ...(kid === own ? { own: true } : {}),
        ...(view ? { lastSeen: view.lastSeenAt, online: view.online } : {}),
        // The only owner's lease has no end, and JSON no infinity.
        ...(until === undefined ? {} : { leaseUntil: Number.isFinite(until) ? until : null }),
        ...(invited ? { invited: { rights: invited.rights, until: invited.until } } : {}),
      },
      [
        `${key.kind.padEnd(6)}  ${kid}  ${visible(label)}${person === '' ? '' : ` (${visible(person)})`}${kid === own ? ', this terminal' : ''}`,
        ...[rightsOf(key, (id) => nameOf(id)), whenOf(key, view), leaseOf(until)]
          .filter((line) => line !== '')
          .map((line) => `        ${line}`),
        ...(invited
          ? [
              `        one owner’s word that it may be ${invited.rights.role}: another owner’s is missing, until ${time(invited.until)}`,
            ]
          : []),
      ].join('\n'),
    )
  }
}

const time = (at: number): string => new Date(at).toISOString()

const whenOf = ({ addedAt }: TeamKey, view: Seen | undefined): string =>
  `since ${time(addedAt)}${view ? `, ${lastSeen(view)}` : ''}`

const lastSeen = ({ online, lastSeenAt }: Seen): string =>
  online ? 'there now' : lastSeenAt === null ? 'never there' : `last seen ${time(lastSeenAt)}`

const leaseOf = (until: number | undefined): string =>
  until === undefined
    ? ''
    : Number.isFinite(until)
      ? `may decide until ${time(until)}, unless an owner’s device renews it`
      : 'may decide without end: it is the only owner'

function rightsOf({ rights, passkey }: TeamKey, nameOf: (kid: string) => string): string {
  if (!rights) return ''
  const { role, maxTier, hosts } = rights
  const where =
    hosts === '*'
      ? 'every host'
      : hosts.length === 0
        ? 'no host'
        : hosts.map((id) => nameOf(kidOfHost(id)) || id).join(', ')
  return `${role}, up to tier ${maxTier} on ${where}${passkey ? ', has a passkey' : ''}`
}
