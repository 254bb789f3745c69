import type { Context } from '#client/context.ts'
import { visible } from '#client/display.ts'
import { type HostSummary, listHosts } from '#client/list-hosts.ts'
import { kidOfHost } from '#protocol/ids.ts'
import type { Output } from './output.ts'

/** By the kid of a device or a host, and by a person's id, whose `label` is empty. */
export type TeamNames = Readonly<Record<string, { label: string; person: string }>>

/** What devices, their persons and hosts are called, as the hosts say it, signed. Nobody is named by the relay. */
export function teamNames(hosts: readonly HostSummary[]): TeamNames {
  const devices = hosts.flatMap(({ status }) => status?.roster ?? [])
  return Object.fromEntries([
    ...devices.map(({ person, personName }) => [person ?? '', { label: '', person: personName }] as const),
    ...devices.map(({ kid, label, personName }) => [kid, { label, person: personName }] as const),
    ...hosts.map(({ hostId, status }) => [kidOfHost(hostId), { label: status?.name ?? '', person: '' }] as const),
  ])
}

/** As `teamNames`, by what the relay has; where it can't be asked at once nobody has a name, and programs are told ids. */
export async function readTeamNames(context: Context, { json }: Pick<Output, 'json'>): Promise<TeamNames> {
  if (json) return {}
  const hosts = await listHosts(context, { tries: 1 })
  return hosts.ok ? teamNames(hosts.value) : {}
}

/** Who somebody is, as the hosts call them: a person, a device by its person and label, a host; who has no name, by their id. */
export const nameOf = (names: TeamNames, id: string): string => {
  const { label = '', person = '' } = names[id] ?? {}
  return (
    [person, label]
      .filter((word) => word !== '')
      .map((word) => visible(word))
      .join(', ') || id
  )
}
