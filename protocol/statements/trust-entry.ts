import * as z from 'zod/mini'
import { Hash, jws, Millis } from '../encoding.ts'
import { HostId, Kid, PersonId, TeamId } from '../ids.ts'
import { PublicKeys } from '../keys.ts'
import { limits } from '../limits.ts'
import { Passkey } from './passkey.ts'

export const Role = z.enum(['owner', 'approver', 'viewer'])
export type Role = z.infer<typeof Role>
export const Tier = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])
export type Tier = z.infer<typeof Tier>

/** What a key may approve. `hosts: '*'` means every host of the team; an empty list means none. */
export const Rights = z.strictObject({
  person: PersonId,
  role: Role,
  hosts: z.union([z.literal('*'), z.array(HostId).check(z.maxLength(limits.keysPerTeam))]),
  maxTier: Tier,
})
export type Rights = z.infer<typeof Rights>

const link = { v: z.literal(1), n: z.int().check(z.nonnegative()), prev: z.nullable(Hash), at: Millis }

/** The team's first entry, signed by the device it names, which becomes owner. Team id = hash of this entry's JWS. */
export const Genesis = z.strictObject({ ...link, type: z.literal('Genesis'), device: PublicKeys, rights: Rights })
export const AddHost = z.strictObject({ ...link, type: z.literal('AddHost'), team: TeamId, host: PublicKeys })
export const AddDevice = z.strictObject({
  ...link,
  type: z.literal('AddDevice'),
  team: TeamId,
  device: PublicKeys,
  rights: Rights,
  passkey: z.optional(Passkey),
})
/** States the credential of a device that has none. It is never replaced: whoever holds a device's key for a while could else put their own in its place. */
export const AddPasskey = z.strictObject({
  ...link,
  type: z.literal('AddPasskey'),
  team: TeamId,
  kid: Kid,
  passkey: Passkey,
})
export const RemoveKey = z.strictObject({ ...link, type: z.literal('RemoveKey'), team: TeamId, kid: Kid })

/** Gives a device other rights; its person stays. Making an owner where two persons are owners needs another owner's `Invite` for just that. */
export const SetRights = z.strictObject({
  ...link,
  type: z.literal('SetRights'),
  team: TeamId,
  kid: Kid,
  rights: Rights,
})
/** The first of two owners' words: this device may get these rights until then, by a `SetRights` of another owner. Changes nothing by itself. */
export const Invite = z.strictObject({
  ...link,
  type: z.literal('Invite'),
  team: TeamId,
  kid: Kid,
  rights: Rights,
  until: Millis,
})
/**
 * New keys for a device or a host that stays who it is: rights and passkey go over, the old key is removed, its lease runs on as it was. Signed by an owner, or by the
 * device itself.
 */
export const RotateKey = z.strictObject({
  ...link,
  type: z.literal('RotateKey'),
  team: TeamId,
  kid: Kid,
  keys: PublicKeys,
})
/** The policy that a host has to have; it does nothing under another. */
export const SetPolicy = z.strictObject({
  ...link,
  type: z.literal('SetPolicy'),
  team: TeamId,
  host: HostId,
  policyHash: Hash,
})
/** An owner stands by the log up to here. `fork`: of the two branches that part at that place, by this one; it counts once a person has confirmed it at a host. */
export const Checkpoint = z.strictObject({
  ...link,
  type: z.literal('Checkpoint'),
  team: TeamId,
  fork: z.optional(z.int().check(z.positive())),
})

export const TrustEntry = z.discriminatedUnion('type', [
  Genesis,
  AddHost,
  AddDevice,
  AddPasskey,
  RemoveKey,
  SetRights,
  Invite,
  RotateKey,
  SetPolicy,
  Checkpoint,
])
export type TrustEntry = z.infer<typeof TrustEntry>
export const TrustEntryJws = jws(limits.trustEntryChars)

/** Where a log stands: number and hash of its last entry. */
export const TrustHead = z.strictObject({ n: z.int().check(z.nonnegative()), hash: Hash })
export type TrustHead = z.infer<typeof TrustHead>

/** A device may decide until `until`; signed by an owner's device, kept apart from the log. */
export const Lease = z.strictObject({ v: z.literal(1), team: TeamId, kid: Kid, iat: Millis, until: Millis })
export type Lease = z.infer<typeof Lease>
export const LeaseJws = jws(1_024)
