import type { AuditHead } from '#protocol/statements/audit-head.ts'
import type { Store } from './store.ts'

/**
 * What this device has seen of a host's audit chain: the highest head that the host signed, and some before it. `broken` is set for good when the host signed another
 * hash for a number that was seen, or a lower number long after a higher one: its log was rolled back or rewritten.
 */
export type Witness = {
  host: string
  head: AuditHead
  at: number
  seen: AuditHead[]
  broken?: { head: AuditHead; at: number }
}

const remembered = 200
/** Milliseconds. Words arrive late, and a host's clock may be set back by a day; a lower number that is later than that has no honest reason. */
const patienceMs = 36 * 3_600_000

const keyOf = (host: string) => `witness/${host}`

/** Takes in a head that a host signed at `at` (the host's clock, epoch milliseconds). */
export const witnessAudit = (
  store: Store,
  host: string,
  { head, at }: { head: AuditHead; at: number },
): Promise<Witness | undefined> =>
  store.update<Witness>(keyOf(host), (known) => {
    if (!known) return { host, head, at, seen: [head] }
    const other = known.seen.some(({ n, hash }) => n === head.n && hash !== head.hash)
    const lower = head.n < known.head.n && at > known.at + patienceMs
    if (other || lower) return known.broken ? undefined : { ...known, broken: { head, at } }
    if (known.seen.some(({ n }) => n === head.n)) return undefined
    const seen = [...known.seen, head].sort((a, b) => a.n - b.n).slice(-remembered)
    return { ...known, seen, ...(head.n > known.head.n ? { head, at } : {}) }
  })

/** Every host's audit chain as far as this device is its witness. */
export const listWitnesses = async (store: Store): Promise<Witness[]> =>
  (await store.list<Witness>('witness/')).map(({ value }) => value)
