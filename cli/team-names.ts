import type { HostSummary } from '#client/list-hosts.ts'
import { kidOfHost } from '#protocol/ids.ts'

export type TeamNames = Readonly<Record<string, { label: string; person: string }>>

/** What devices, their persons and hosts are called, by kid, as the hosts say it, signed. Nobody is named by the relay. */
export function teamNames(hosts: readonly HostSummary[]): TeamNames {
  const devices = hosts.flatMap(({ status }) => status?.roster ?? [])
  return Object.fromEntries([
    ...devices.map(({ kid, label, personName }) => [kid, { label, person: personName }] as const),
    ...hosts.map(({ hostId, status }) => [kidOfHost(hostId), { label: status?.name ?? '', person: '' }] as const),
  ])
}
