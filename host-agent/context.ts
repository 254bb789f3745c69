import type { Clock } from '#link/clock.ts'
import type { Relay } from '#link/relay-http.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import type { KeyPair } from '#trust/keys.ts'
import type { FileHasher } from './files.ts'
import type { Memory } from './journal/memory.ts'
import type { LoadedPolicy } from './policy/policy.ts'
import type { Log } from './ports.ts'
import type { FileProblem } from './read-files.ts'
import type { Leases } from './team/leases.ts'
import type { TeamPin } from './team/team-pin.ts'
import type { Budget } from './usage/budget.ts'
import type { KeepUsage } from './usage/keep-usage.ts'
import type { priceUsage } from './usage/price-usage.ts'

/** What every verb of the host works with. Made by `startHost`; nothing here is global. */
export type HostContext = {
  crypto: CryptoPort
  keys: KeyPair
  hostId: string
  clock: Clock
  log: Log
  relay: Relay
  memory: Memory
  team: TeamPin
  leases: Leases
  policy: LoadedPolicy
  /** Which file of its own is not valid, and why; null: none. It does nothing until that is mended. */
  fileProblem: FileProblem | null
  hasher: FileHasher
  /** Values of the host's environment that never leave it. */
  knownSecrets: readonly string[]
  /** Where the app is served: passkeys are for it and for nothing else. */
  appOrigin: string
  /** The live connection, as a hint where to tell decisions first; null: none. */
  connectionId(): string | null
  /** Adds a fact to a task's log. */
  emit(taskId: string, event: TaskEvent): void
  /** An approval or a receipt is on the disk and has to go to the relay. */
  post(approvalId: string): void
  /** A standing rule was made or revoked: devices are told. */
  statusChanged(): void
  budget: Budget
  /** A task's turn took this. */
  /** With its cost by the price that the models file names, where the agent tells none. */
  priced<T extends Parameters<typeof priceUsage>[0]>(spent: T): T
  used: KeepUsage
  /** The operation was handed to whoever asked. */
  released(approvalId: string): void
}
