import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { PairingLink } from '#protocol/statements/pairing.ts'
import { concat, fromBase64url, textOf, toBase64url, utf8 } from './bytes.ts'

/**
 * The link's layout, so that a QR code of version 7 holds it: version (1 B), intent (1 B), expiry (6 B, milliseconds, big endian), rendezvous id (16 B), PSK (32 B),
 * SHA-256 of the card (32 B), then the relay's origin, left out where the link's own origin is the relay's.
 */
const FIXED = 88
const INTENTS = ['pair', 'join'] as const

/** The URL that the QR code shows. Everything secret is in the fragment, which no server sees. */
export function encodeLink(link: PairingLink, appOrigin: string): string {
  const time = new Uint8Array(8)
  new DataView(time.buffer).setBigUint64(0, BigInt(link.expiresAt))
  const relay = link.relay === appOrigin ? '' : link.relay
  const parts = [link.rendezvous.slice(4), link.psk, link.card].map((part) => fromBase64url(part) ?? new Uint8Array())
  const bytes = concat(new Uint8Array([1, INTENTS.indexOf(link.intent)]), time.subarray(2), ...parts, utf8(relay))
  return `${appOrigin}/p#${toBase64url(bytes)}`
}

/** Reads a link as scanned or pasted. Whether it has expired is the caller's to see. Error: `pairing_link_invalid`. */
export function readLink(text: string): Result<PairingLink> {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null
  const bytes = fromBase64url(url?.hash.slice(1) ?? '')
  if (url?.pathname !== '/p' || !bytes || bytes.length < FIXED || bytes[0] !== 1) return refused('pairing_link_invalid')
  const view = new DataView(bytes.buffer)
  const read = PairingLink.safeParse({
    v: 1,
    intent: INTENTS[bytes[1] ?? -1],
    expiresAt: view.getUint16(2) * 2 ** 32 + view.getUint32(4),
    rendezvous: `rdv_${toBase64url(bytes.subarray(8, 24))}`,
    psk: toBase64url(bytes.subarray(24, 56)),
    card: toBase64url(bytes.subarray(56, 88)),
    relay: originOf(textOf(bytes.subarray(FIXED)) || url.origin),
  })
  return read.success && read.data.relay !== '' ? ok(read.data) : refused('pairing_link_invalid')
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  return url && /^https?:$/.test(url.protocol) && url.origin === text ? text : ''
}
