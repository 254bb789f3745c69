import { batch, computed, signal } from '@preact/signals'
import type { Context } from '#client/context.ts'
import type { ConnectionState } from '#link/connection.ts'
import type { ErrorCode } from '#protocol/errors.ts'

/** `fresh`: as the relay has it; `as-of`: as it was at that time; `never`: it could never be asked. An empty list means nothing without it. */
export type Known = { is: 'loading' } | { is: 'fresh' } | { is: 'as-of'; at: number } | { is: 'never' }

const TICK_MS = 15_000

/** How this phone stands to the relay: whether it is heard, since when what is shown is true, and whose clock counts. */
export function openStanding({ relay, clock }: Pick<Context, 'relay' | 'clock'>) {
  const connection = signal<ConnectionState>({ is: 'connecting' })
  /** Why there is no connection, from the first failure until it stands again; between two tries too. */
  const away = signal<ErrorCode | null>(null)
  /** When the relay has last said all of what is shown, by this phone's clock. */
  const freshAt = signal<number | null>(null)
  /** Whether the relay has answered since the app was opened, or the connection was lost; before, what is shown is the last state. */
  const isFresh = signal(false)
  /** The same of what needs a person, which is asked for first. */
  const isNeedsFresh = signal(false)
  /** By the relay's clock as soon as it was heard: a phone's own may be wrong, and would hide what waits. */
  const now = signal(relay.now())
  /** How far the relay's clock is before this phone's. Milliseconds. */
  const skewMs = signal(0)

  const lookAtClock = () =>
    batch(() => {
      now.value = relay.now()
      skewMs.value = relay.now() - clock.now()
    })
  const tick = setInterval(lookAtClock, TICK_MS)

  const knownOf = (isAnswered: boolean): Known => {
    if (isAnswered && away.value === null) return { is: 'fresh' }
    if (freshAt.value !== null) return { is: 'as-of', at: freshAt.value + skewMs.value }
    return { is: away.value === null ? 'loading' : 'never' }
  }

  return {
    connection,
    away,
    freshAt,
    isFresh,
    isNeedsFresh,
    now,
    skewMs,
    lookAtClock,
    /** What is known of the lists of tasks and hosts, and of what needs a person. */
    known: computed(() => knownOf(isFresh.value)),
    needsKnown: computed(() => knownOf(isNeedsFresh.value)),
    takeConnection(state: ConnectionState): void {
      batch(() => {
        lookAtClock()
        connection.value = state
        if (state.is === 'online') away.value = null
        if (state.is !== 'waiting') return
        away.value = state.code
        // What happens from here on is not heard: once the connection stands again the lists have to say it first.
        isFresh.value = false
        isNeedsFresh.value = false
      })
    },
    /** The browser says that there is no network, whatever the connection still believes. */
    takeOffline(): void {
      away.value = 'relay_unreachable'
    },
    close: () => clearInterval(tick),
  }
}
