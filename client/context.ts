import type { Clock } from '#link/clock.ts'
import type { Caller } from '#link/proof-of-key.ts'
import type { Relay } from '#link/relay-http.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import type { KeyPair } from '#trust/keys.ts'
import type { Patience } from './patience.ts'
import type { Store } from './store.ts'
import type { TeamLog } from './team-log.ts'

/** What every verb of a device works with. Made by `openDevice`; nothing here is global. */
export type Context = {
  crypto: CryptoPort
  store: Store
  clock: Clock
  keys: KeyPair
  caller: Caller
  /** The relay at its public origin; one program speaks to one relay. */
  relay: Relay
  team: TeamLog
  /** Absent: verbs wait for the relay as long as it may take. */
  patience?: Patience
}
