import type { PushSubscription } from '#protocol/records.ts'

export type DeviceRow = {
  kid: string
  /** What is told: each has asked for it by `connection.sync`. */
  connections: string[]
  /** What has not: a post to one that `$connect` has not ended for is answered 410, and taken for closed it would hear nothing afterwards. */
  opening: string[]
  lastSeenAt: number | null
  subscription: PushSubscription | null
}

/** One item a device: where it can be reached. It exists as long as its key is in the team; nothing here brings a removed one back. */
export type Devices = {
  all(teamId: string): Promise<DeviceRow[]>
  get(teamId: string, kid: string): Promise<DeviceRow | null>
  /** False: the device is not (or no longer) of the team. */
  connected(teamId: string, kid: string, connectionId: string, now: number): Promise<boolean>
  /** Makes this connection one that is told. False: as above. */
  synced(teamId: string, kid: string, connectionId: string, now: number): Promise<boolean>
  disconnected(teamId: string, kid: string, connectionId: string, now: number): Promise<void>
  subscribe(teamId: string, kid: string, subscription: PushSubscription): Promise<boolean>
  /** With `endpoint`: only if it is still that one, so that a late 410 does not delete its successor. */
  unsubscribe(teamId: string, kid: string, endpoint?: string): Promise<void>
}
