import type { Approvals } from './approvals.ts'
import type { Blobs } from './blobs.ts'
import type { Clock } from './clock.ts'
import type { Connections } from './connections.ts'
import type { Devices } from './devices.ts'
import type { Due } from './due.ts'
import type { Hosts } from './hosts.ts'
import type { Inbox } from './inbox.ts'
import type { Log } from './log.ts'
import type { Proofs } from './proofs.ts'
import type { Pushes } from './pushes.ts'
import type { Rendezvous } from './rendezvous.ts'
import type { Tasks } from './tasks.ts'
import type { Teams } from './teams.ts'

/** What the relay knows of itself; all configured, none read from a request. */
export type RelaySettings = {
  /** Origins that proofs may name as audience and that pages may have. The first is the public one. */
  origins: readonly string[]
  socketUrl: string
}

/** The outside world of the WebSocket function and its authorizer: no Web Push, no blobs. */
export type SocketPorts = {
  settings: RelaySettings
  clock: Clock
  log: Log
  /** A fresh inbox id that sorts by the time it was made. */
  newInboxId: (now: number) => string
  connections: Connections
  teams: Teams
  proofs: Proofs
  devices: Devices
  hosts: Hosts
  inbox: Inbox
  tasks: Tasks
}

/** The outside world of the sweep. */
export type SweepPorts = SocketPorts & { approvals: Approvals; pushes: Pushes; due: Due }

/** The outside world of the HTTP function. */
export type HttpPorts = SocketPorts & { approvals: Approvals; pushes: Pushes; rendezvous: Rendezvous; blobs: Blobs }

/** The whole outside world of the relay, passed in. */
export type Ports = HttpPorts & SweepPorts
