import * as z from 'zod/mini'
import { base64url, Hash, jws, Millis, text } from '../encoding.ts'
import { HostId, RendezvousId, TeamId } from '../ids.ts'
import { PublicKeys } from '../keys.ts'
import { limits } from '../limits.ts'
import { Passkey } from './passkey.ts'
import { TrustEntryJws, TrustHead } from './trust-entry.ts'

/** What the QR code carries, in the fragment of the app's URL: base64url of this as JSON. No server sees it. */
export const PairingLink = z.strictObject({
  v: z.literal(1),
  intent: z.enum(['pair', 'join']),
  expiresAt: Millis,
  rendezvous: RendezvousId,
  /** 32 random bytes. */
  psk: z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)),
  /** SHA-256 of the offerer's card (its JWS as ASCII, labelled). */
  card: Hash,
  /** The relay's public origin. */
  relay: text(200),
})
export type PairingLink = z.infer<typeof PairingLink>

/** The offerer's public keys, signed by itself. No names: the relay sees it. */
export const Card = z.strictObject({
  v: z.literal(1),
  rendezvous: RendezvousId,
  keys: PublicKeys,
  team: z.nullable(TeamId),
  iat: Millis,
})
export type Card = z.infer<typeof Card>

/** The device's answer, sealed in PSK mode to the host; only who saw the QR code can make it. `team` is set when the device brings the host into its team. */
export const PairAccept = z.strictObject({
  v: z.literal(1),
  rendezvous: RendezvousId,
  card: Hash,
  keys: PublicKeys,
  label: text(80),
  person: text(80),
  team: z.nullable(TeamId),
  /** The newcomer's credential for user verification, if it has made one by now: the owner who admits it states it too. */
  passkey: z.optional(Passkey),
  iat: Millis,
})
export type PairAccept = z.infer<typeof PairAccept>

/** HPKE PSK message as stored at the rendezvous: encapsulated key and ciphertext. */
export const PairAcceptSealed = z.strictObject({ enc: base64url(120), ct: base64url(limits.envelopeChars) })
export type PairAcceptSealed = z.infer<typeof PairAcceptSealed>

/** The host locks: a nonce chosen after the accept, authenticated with the exporter's key. The code depends on it. */
export const PairLock = z.strictObject({ accept: Hash, nonce: base64url(44), tag: base64url(44) })
export type PairLock = z.infer<typeof PairLock>

/**
 * After the right code was typed. How the device joins: `found` (no team yet: the device signs Genesis and AddHost and spends the claim), `bring` (the device
 * adds the host to its own team), `added` (the host's team has admitted the device: `team` and `head` say which log it reads at the relay; `log` is empty).
 */
export const PairConfirm = z.strictObject({
  v: z.literal(1),
  rendezvous: RendezvousId,
  /** The offerer: a host, or by `join` an owner's device, whose kid takes the same place. */
  host: HostId,
  device: PublicKeys.shape.kid,
  name: text(80),
  how: z.enum(['found', 'bring', 'added']),
  claim: z.optional(text(100)),
  log: z.array(TrustEntryJws).check(z.maxLength(limits.trustEntries)),
  team: z.optional(TeamId),
  head: z.optional(TrustHead),
  /** The offering host's policy; absent where a device offers. */
  policyHash: z.optional(Hash),
  iat: Millis,
})
export type PairConfirm = z.infer<typeof PairConfirm>

/** The device's last word: which log both now hold, and where it stands; `log` is empty, as a long one would not fit. */
export const PairJoined = z.strictObject({
  v: z.literal(1),
  rendezvous: RendezvousId,
  team: TeamId,
  log: z.array(TrustEntryJws).check(z.maxLength(limits.trustEntries)),
  head: z.optional(TrustHead),
  iat: Millis,
})
export type PairJoined = z.infer<typeof PairJoined>

export const CardJws = jws(4_096)

/** Slots of a rendezvous. Each is written once, but `accept`, of which the relay keeps up to four so that the host can see that it was raced. */
export const RendezvousSlot = z.enum(['accept', 'lock', 'confirm', 'joined', 'burnt'])
export type RendezvousSlot = z.infer<typeof RendezvousSlot>
