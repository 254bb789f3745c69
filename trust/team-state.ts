import type { PublicKeys } from '#protocol/keys.ts'
import type { Passkey } from '#protocol/statements/passkey.ts'
import type { Rights, TrustHead } from '#protocol/statements/trust-entry.ts'
import { canonicalJson } from './canonical.ts'

/** A key as the log says it is. Removed keys stay, so that what they once signed can still be read; they never come back. */
export type TeamKey = {
  kind: 'device' | 'host'
  keys: PublicKeys
  /** Null for a host: it approves nothing. */
  rights: Rights | null
  /** Its credential for user verification; null: it has none. */
  passkey: Passkey | null
  addedAt: number
  /** From when its first lease counts: new keys don't prolong it. */
  leasedFrom: number
  /** The keys that it had before, oldest first. */
  former: readonly string[]
  removedAt: number | null
}

/** One owner's word that a device may get these rights; another owner's word is still missing. `by`: that owner's person. */
export type Invited = { rights: Rights; by: string; until: number }

/** A verified log: who belongs to the team, and where the log stands. */
export type TeamState = {
  teamId: string
  head: TrustHead
  entries: readonly string[]
  keys: ReadonlyMap<string, TeamKey>
  /** By kid. */
  invites: ReadonlyMap<string, Invited>
  /** The policy that a host has to have, by host id; a host that is not in it may have any. */
  policies: ReadonlyMap<string, string>
}

/** Devices and hosts that stand now. */
export const presentKeys = (state: TeamState): TeamKey[] =>
  [...state.keys.values()].filter((key) => key.removedAt === null)
export const devicesOf = (state: TeamState): TeamKey[] => presentKeys(state).filter((key) => key.kind === 'device')
export const hostsOf = (state: TeamState): TeamKey[] => presentKeys(state).filter((key) => key.kind === 'host')

export const isOwner = (key: TeamKey | undefined): key is TeamKey =>
  key?.kind === 'device' && key.removedAt === null && key.rights?.role === 'owner'

/** Owner's devices that stand now. */
export const ownersOf = (state: TeamState): TeamKey[] => devicesOf(state).filter(isOwner)

/** The key that a device or host has now, whose key this was; undefined for what was never in the team or is out of it. */
export const standingKeyOf = (state: TeamState, kid: string): TeamKey | undefined =>
  presentKeys(state).find((key) => key.keys.kid === kid || key.former.includes(kid))

/** Where two persons are owners, nobody alone makes another owner's device, whoever's it is said to be: one entry carries one word. */
export function needsSecondOwner(state: TeamState, rights: Rights, signer: TeamKey): boolean {
  const owners = new Set(ownersOf(state).map((key) => key.rights?.person))
  return rights.role === 'owner' && owners.size >= 2 && rights.person !== signer.rights?.person
}

/** Whether another owner than `signer` has given their word for just these rights, and still is one. `at`: when it is needed. */
export function isSeconded(
  state: TeamState,
  { kid, rights, at }: { kid: string; rights: Rights; at: number },
  signer: TeamKey,
): boolean {
  const word = state.invites.get(kid)
  return (
    word !== undefined &&
    at <= word.until &&
    word.by !== signer.rights?.person &&
    ownersOf(state).some((owner) => owner.rights?.person === word.by) &&
    canonicalJson(word.rights) === canonicalJson(rights)
  )
}

/** Whether a device may be an owner's by the first entry that names it. Where two persons are owners it takes both, and one entry carries one word; also one's own, as a lost phone would live on in it. */
export const mayBeginAsOwner = (state: TeamState): boolean =>
  new Set(ownersOf(state).map((owner) => owner.rights?.person)).size < 2

/** Whether these rights take another owner's word that has not been given: then `signer` alone can only give theirs. */
export function lacksSecondOwner(
  state: TeamState,
  change: { kid: string; rights: Rights; at: number },
  signer: TeamKey | undefined,
): boolean {
  const isNew = change.rights.role === 'owner' && !mayBeginAsOwner(state) && !isOwner(state.keys.get(change.kid))
  return isNew && !(signer && isSeconded(state, change, signer))
}
