import type { Envelope } from '#protocol/envelope.ts'

/** `connectionId` is the one connection that is told; `connections` are all that were opened and not yet closed. */
export type HostRow = { hostId: string; connectionId: string | null; connections: string[]; lastSeenAt: number | null }

/** One item a host: its presence; and one for its sealed status. They exist as long as its key is in the team. */
export type Hosts = {
  get(teamId: string, hostId: string): Promise<HostRow | null>
  all(teamId: string): Promise<(HostRow & { status: Envelope | null })[]>
  status(teamId: string, hostId: string): Promise<Envelope | null>
  /** False: the host is not (or no longer) of the team. */
  connected(teamId: string, hostId: string, connectionId: string): Promise<boolean>
  /** Makes this connection the one that is told. */
  synced(teamId: string, hostId: string, connectionId: string, now: number): Promise<boolean>
  /** True if it was the one that is told. */
  disconnected(teamId: string, hostId: string, connectionId: string, now: number): Promise<boolean>
  writeStatus(teamId: string, hostId: string, sealed: Envelope, now: number): Promise<void>
}
