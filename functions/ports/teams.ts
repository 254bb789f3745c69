import type { PublicKeys } from '#protocol/keys.ts'
import type { InboxItem } from '#protocol/records.ts'

export type KeyKind = 'device' | 'host'
/** A key as derived from the trust log. */
export type StoredKey = { kind: KeyKind; keys: PublicKeys }

/** What one trust log entry changes among the keys. */
export type KeyChange = { add: StoredKey[]; remove: { kind: KeyKind; kid: string }[] }

export type Teams = {
  /** Null: unknown, removed, or of another team. Read consistently: a removed key is refused from that moment. */
  keyOf(teamId: string, kid: string): Promise<StoredKey | null>
  /** At most `limit` entries from number `from` on, in order. */
  entries(teamId: string, from: number, limit: number): Promise<string[]>
  /** One transaction: spends the claim and writes the first entries with their keys. `taken`: the team exists. */
  found(
    team: { teamId: string; entries: string[]; change: KeyChange },
    claimHash: string,
    now: number,
  ): Promise<'done' | 'claim_invalid' | 'taken'>
  /** One transaction: entry `n`, the keys it changes and an inbox item for each host. Of two racing writers one gets `moved`. */
  append(
    teamId: string,
    entry: { n: number; jws: string; change: KeyChange },
    tell: { hostId: string; item: InboxItem }[],
    now: number,
  ): Promise<'done' | 'moved'>
  /** One transaction: entries from number `from` on in place of those that the log has there; `had` is how long it was. `moved`: it is no longer so. */
  replace(
    teamId: string,
    branch: { from: number; had: number; entries: string[]; change: KeyChange },
    tell: { hostId: string; item: InboxItem }[],
    now: number,
  ): Promise<'done' | 'moved'>
  /** The lease kept for each device, in no order. */
  leases(teamId: string): Promise<string[]>
  /** Replaces a shorter lease of a device that is in the team; does nothing else. */
  keepLease(teamId: string, lease: { kid: string; until: number; jws: string }): Promise<void>
  /** Whether any team was founded here. */
  claimed(): Promise<boolean>
  /** Stores the hash of a claim code that can be spent once until `expiresAt`. */
  offerClaim(hash: string, expiresAt: number): Promise<void>
  /** Whether this claim code can still be spent. */
  isOffered(hash: string, now: number): Promise<boolean>
}
