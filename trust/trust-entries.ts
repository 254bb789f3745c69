import type { PublicKeys } from '#protocol/keys.ts'
import { limits } from '#protocol/limits.ts'
import type { Passkey } from '#protocol/statements/passkey.ts'
import type { Rights, TrustEntry } from '#protocol/statements/trust-entry.ts'
import { typ } from '#protocol/statements/typ.ts'
import type { CryptoPort } from './crypto.ts'
import { signStatement } from './jws.ts'
import type { KeyPair } from './keys.ts'
import type { TeamState } from './team-state.ts'

const sign = (c: CryptoPort, pair: KeyPair, entry: TrustEntry): Promise<string> =>
  signStatement(c, pair, typ.trust, entry)

/** Founds a team: this device becomes its owner. `person`: `per_…`. */
export const makeGenesis = (
  c: CryptoPort,
  pair: KeyPair,
  { person, now }: { person: string; now: number },
): Promise<string> =>
  sign(c, pair, {
    v: 1,
    n: 0,
    prev: null,
    at: now,
    type: 'Genesis',
    device: pair.keys,
    rights: { person, role: 'owner', hosts: '*', maxTier: 3 },
  })

const next = ({ head, teamId }: TeamState, now: number) => ({
  v: 1 as const,
  n: head.n + 1,
  prev: head.hash,
  at: now,
  team: teamId,
})

export const makeAddHost = (
  c: CryptoPort,
  pair: KeyPair,
  state: TeamState,
  { host, now }: { host: PublicKeys; now: number },
): Promise<string> => sign(c, pair, { ...next(state, now), type: 'AddHost', host })

export const makeAddDevice = (
  c: CryptoPort,
  pair: KeyPair,
  state: TeamState,
  { device, rights, passkey, now }: { device: PublicKeys; rights: Rights; passkey?: Passkey; now: number },
): Promise<string> =>
  sign(c, pair, { ...next(state, now), type: 'AddDevice', device, rights, ...(passkey ? { passkey } : {}) })

/** Gives a device that has none its credential for user verification. `kid`: the device's. */
export const makeAddPasskey = (
  c: CryptoPort,
  pair: KeyPair,
  state: TeamState,
  { kid, passkey, now }: { kid: string; passkey: Passkey; now: number },
): Promise<string> => sign(c, pair, { ...next(state, now), type: 'AddPasskey', kid, passkey })

export const makeRemoveKey = (
  c: CryptoPort,
  pair: KeyPair,
  state: TeamState,
  { kid, now }: { kid: string; now: number },
): Promise<string> => sign(c, pair, { ...next(state, now), type: 'RemoveKey', kid })

export const makeSetRights = (
  c: CryptoPort,
  pair: KeyPair,
  state: TeamState,
  { kid, rights, now }: { kid: string; rights: Rights; now: number },
): Promise<string> => sign(c, pair, { ...next(state, now), type: 'SetRights', kid, rights })

/** The first of two owners' words for a further owner, good for `limits.inviteMs`. */
export const makeInvite = (
  c: CryptoPort,
  pair: KeyPair,
  state: TeamState,
  { kid, rights, now }: { kid: string; rights: Rights; now: number },
): Promise<string> => sign(c, pair, { ...next(state, now), type: 'Invite', kid, rights, until: now + limits.inviteMs })

export const makeRotateKey = (
  c: CryptoPort,
  pair: KeyPair,
  state: TeamState,
  { kid, keys, now }: { kid: string; keys: PublicKeys; now: number },
): Promise<string> => sign(c, pair, { ...next(state, now), type: 'RotateKey', kid, keys })

export const makeSetPolicy = (
  c: CryptoPort,
  pair: KeyPair,
  state: TeamState,
  { host, policyHash, now }: { host: string; policyHash: string; now: number },
): Promise<string> => sign(c, pair, { ...next(state, now), type: 'SetPolicy', host, policyHash })

/** `fork`: the place from which on there are two branches; the owner stands by this one. */
export const makeCheckpoint = (
  c: CryptoPort,
  pair: KeyPair,
  state: TeamState,
  { fork, now }: { fork?: number; now: number },
): Promise<string> =>
  sign(c, pair, { ...next(state, now), type: 'Checkpoint', ...(fork === undefined ? {} : { fork }) })
