import type { DeviceSummary } from '#client/list-devices.ts'

/** A person of the team with their devices, oldest first. `name` empty: no host knows one. */
export type Person = { id: string; name: string; devices: readonly DeviceSummary[] }

export type Roster = ReadonlyMap<string, { label: string; personName: string }>

/** The team by persons, in the order in which they came; quorum counts them, not their devices. */
export function peopleOf(devices: readonly DeviceSummary[], roster: Roster): Person[] {
  const groups = Map.groupBy(devices, ({ key }) => key.rights?.person ?? '')
  return [...groups].map(([id, theirs]) => ({
    id,
    name: theirs.map(({ key }) => roster.get(key.keys.kid)?.personName ?? '').find((name) => name !== '') ?? '',
    devices: theirs,
  }))
}
