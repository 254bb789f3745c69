import type { PublicKeys } from '#protocol/keys.ts'
import { limits } from '#protocol/limits.ts'
import type { PairingLink } from '#protocol/statements/pairing.ts'
import { fromBase64url, toBase64url, utf8 } from './bytes.ts'
import { canonicalJson } from './canonical.ts'
import type { CryptoPort, Exporter } from './crypto.ts'

/**
 * Pairing (trust.md): the QR code carries a PSK and the hash of the offerer's card; the answer is HPKE PSK mode, so only who saw the QR code can give it; the offerer locks
 * to it; only then both sides know a code of six digits, which a person carries back. `pairing-offer.ts` is the host's side, `pairing-accept.ts` the device's.
 */
export { acceptOffer, checkLock, makeJoined, openConfirm } from './pairing-accept.ts'
export { encodeLink, readLink } from './pairing-link.ts'
export { makeLock, newOffer, openAccept, openJoined, sealConfirm } from './pairing-offer.ts'

/** What both ends of one accepted offer hold: the exporter's secrets exist nowhere else. */
export type PairingSession = {
  rendezvous: string
  accept: string
  exporter: Exporter
  host: PublicKeys
  device: PublicKeys
}

/** One bucket for the answer: its size tells nothing. */
export const ACCEPT_BUCKETS = [limits.sealedBytes / 4]

/** HPKE options of the answer; both sides build them from the link. */
export const pskOptions = ({ rendezvous, card, psk }: Pick<PairingLink, 'rendezvous' | 'card' | 'psk'>) => ({
  info: utf8(`countersign pair\0${canonicalJson({ rendezvous, card })}`),
  psk: fromBase64url(psk) ?? new Uint8Array(),
  pskId: utf8(rendezvous),
})

const EMPTY_NONCE = new Uint8Array(12)

/** Authenticates the host's nonce with a key of the exporter that is used for nothing else: GCM over nothing, the rest as AAD. */
export async function lockTag(c: CryptoPort, { exporter, accept }: PairingSession, nonce: string): Promise<Uint8Array> {
  const key = await exporter(utf8('countersign lock'), 32)
  return c.aesSeal(key, EMPTY_NONCE, utf8(`${accept}\0${nonce}`), new Uint8Array())
}

/** Six digits out of 64 bits of the exporter, mixed with the nonce that the host chose after the answer: nobody can grind for a code. */
export async function codeOf({ exporter }: PairingSession, nonce: string): Promise<string> {
  const bytes = await exporter(utf8(`countersign code\0${nonce}`), 8)
  const number = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0) % 1_000_000n
  return String(number).padStart(6, '0')
}

export const newNonce32 = (c: CryptoPort): string => toBase64url(c.random(32))
