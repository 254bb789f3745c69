import type { HostSummary } from '#client/list-hosts.ts'

export type Usage = { at: number } & NonNullable<NonNullable<HostSummary['status']>['usage']>
export type UsageHistory = ReadonlyMap<string, readonly Usage[]>

/** What a small chart shows: the last few minutes, as the status comes. */
const SAMPLES = 60

/** Adds what hosts say of their sandboxes now. A host whose sandboxes ended begins anew. */
export function withUsage(history: UsageHistory, hosts: readonly HostSummary[]): UsageHistory {
  const next = new Map<string, readonly Usage[]>()
  for (const { hostId, status } of hosts) {
    if (!status?.usage) continue
    const known = history.get(hostId) ?? []
    const isNew = known.at(-1)?.at !== status.at
    next.set(hostId, isNew ? [...known, { at: status.at, ...status.usage }].slice(-SAMPLES) : known)
  }
  return next
}
