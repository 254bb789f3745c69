import type { AuditHead } from '#protocol/statements/audit-head.ts'
import type { Store } from './store.ts'

/**
 * What this device has seen of a host's audit chain: the highest head that the host signed. `broken` is set for good when the host later signed a lower number, or
 * another hash for the same: its log was rolled back or rewritten.
 */
export type Witness = { host: string; head: AuditHead; at: number; broken?: { head: AuditHead; at: number } }

const keyOf = (host: string) => `witness/${host}`

/** Takes in a head that a host signed at `at` (the host's clock, epoch milliseconds). Older words that arrive late change nothing. */
export const witnessAudit = (
  store: Store,
  host: string,
  { head, at }: { head: AuditHead; at: number },
): Promise<Witness | undefined> =>
  store.update<Witness>(keyOf(host), (known) => {
    if (!known) return { host, head, at }
    const same = head.n === known.head.n && head.hash === known.head.hash
    const lower = head.n < known.head.n && at > known.at
    const other = head.n === known.head.n && head.hash !== known.head.hash
    if (lower || other) return known.broken ? undefined : { ...known, broken: { head, at } }
    return head.n > known.head.n || (same && at > known.at) ? { ...known, head, at } : undefined
  })

/** Every host's audit chain as far as this device is its witness. */
export const listWitnesses = async (store: Store): Promise<Witness[]> =>
  (await store.list<Witness>('witness/')).map(({ value }) => value)
