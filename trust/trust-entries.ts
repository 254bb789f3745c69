import type { PublicKeys } from '#protocol/keys.ts'
import type { Passkey } from '#protocol/statements/passkey.ts'
import type { Rights, TrustEntry } from '#protocol/statements/trust-entry.ts'
import { typ } from '#protocol/statements/typ.ts'
import type { CryptoPort } from './crypto.ts'
import { signStatement } from './jws.ts'
import type { KeyPair } from './keys.ts'
import type { TeamState } from './trust-log.ts'

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
