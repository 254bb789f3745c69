import type { HostSummary } from '#client/list-hosts.ts'

/** What hosts tell of the team's devices, by kid. */
export const rosterOf = (hosts: readonly HostSummary[]) =>
  new Map(hosts.flatMap(({ status }) => status?.roster ?? []).map((row) => [row.kid, row]))

/** What people call a device: its person and its label, as they were given at pairing; else the beginning of its id. */
export function nameOfDevice(hosts: readonly HostSummary[]): (kid: string) => string {
  const names = rosterOf(hosts)
  return (kid) => {
    const row = names.get(kid)
    return row ? [row.personName, row.label].filter(Boolean).join(' · ') : kid.slice(0, 10)
  }
}

/** What people are called, as hosts know it: a person by any of their devices, a device by its person and label. */
export type Names = { ofDevice(kid: string): string; ofPerson(id: string): string }

export function namesOf(hosts: readonly HostSummary[]): Names {
  const rows = [...rosterOf(hosts).values()]
  return {
    ofDevice: nameOfDevice(hosts),
    ofPerson: (id) => rows.find(({ person }) => person === id)?.personName || id.slice(0, 10),
  }
}
