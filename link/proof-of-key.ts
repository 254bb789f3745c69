import type { CryptoPort } from '#trust/crypto.ts'
import type { KeyPair } from '#trust/keys.ts'
import { makeProof } from '#trust/proof.ts'

/** Who speaks to the relay. `team` is asked at each call: it is undefined until the pairing that founds or joins one. */
export type Caller = { crypto: CryptoPort; keys: KeyPair; team(): string | undefined }

export type ProofFor = {
  aud: string
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path with query. */
  path: string
  body?: Uint8Array
  now: number
  /** The caller belongs to no team yet: the key itself goes along and no team is named. */
  self?: boolean
}

/** A fresh proof of key (RFC 9449 in spirit) for one request. */
export function proofOfKey(caller: Caller, { self, ...request }: ProofFor): Promise<string> {
  const team = self ? undefined : caller.team()
  return makeProof(caller.crypto, caller.keys, {
    ...request,
    ...(team === undefined ? {} : { team }),
    ...(self ? { withJwk: true } : {}),
  })
}
