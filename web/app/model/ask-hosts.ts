import type { HostSummary } from '#client/list-hosts.ts'

/** When a host was asked whether it is there, and the time of its last word then, by its own clock. */
export type Asked = ReadonlyMap<string, { at: number; said: number | null }>

/** A connection may stand for minutes after the power is gone: how long a host may say nothing before it is asked, and how long it has for an answer. Milliseconds. */
const SILENCE = 45_000
const PATIENCE = 15_000

const saidBy = ({ status }: HostSummary): number | null => status?.at ?? null

/** Hosts that are connected and were not asked for a while: a `ping` to them costs one item of their inbox. */
export const hostsToAsk = (hosts: readonly HostSummary[], asked: Asked, now: number): HostSummary[] =>
  hosts.filter(({ hostId, online }) => online && now - (asked.get(hostId)?.at ?? 0) >= SILENCE)

export const withAsked = (asked: Asked, host: HostSummary, now: number): Asked =>
  new Map(asked).set(host.hostId, { at: now, said: saidBy(host) })

/** A host that answers says anew what it says of itself. Whoever has not done so in time is not answering, whatever the relay says of its connection. */
export function isSilent(host: HostSummary, asked: Asked, now: number): boolean {
  const ask = asked.get(host.hostId)
  return host.online && ask !== undefined && saidBy(host) === ask.said && now - ask.at >= PATIENCE
}
