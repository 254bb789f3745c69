import { Envelope } from '#protocol/envelope.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { hostIdOf } from '#protocol/ids.ts'
import type { PairAcceptSealed, PairingLink } from '#protocol/statements/pairing.ts'
import { Card, PairAccept, PairConfirm, type PairJoined, PairLock } from '#protocol/statements/pairing.ts'
import type { Passkey } from '#protocol/statements/passkey.ts'
import type { TrustHead } from '#protocol/statements/trust-entry.ts'
import { typ } from '#protocol/statements/typ.ts'
import { equalBytes, fromBase64url, toBase64url, utf8 } from './bytes.ts'
import type { CryptoPort } from './crypto.ts'
import { openEnvelope, sealTo } from './envelope.ts'
import { hashOf } from './hash.ts'
import { parseJws, signStatement, verifySignature, verifyStatement } from './jws.ts'
import type { KeyPair } from './keys.ts'
import { checkKeys } from './keys.ts'
import { pad } from './padding.ts'
import type { PairingSession } from './pairing.ts'
import { ACCEPT_BUCKETS, codeOf, lockTag, pskOptions } from './pairing.ts'
import { jsonOf } from './parse-json.ts'

export type ToAccept = {
  link: PairingLink
  card: string
  label: string
  person: string
  team: string | null
  passkey?: Passkey
  now: number
}

/**
 * Answers an offer whose card was fetched from the relay; `team` is the offerer's. Errors: `pairing_card_mismatch` (not the card of the QR code), `rendezvous_expired`,
 * `pairing_link_invalid`.
 */
export async function acceptOffer(
  c: CryptoPort,
  pair: KeyPair,
  input: ToAccept,
): Promise<Result<{ session: PairingSession; sealed: string; team: string | null }>> {
  const { link, card, label, person, team, passkey, now } = input
  if (now > link.expiresAt) return refused('rendezvous_expired')
  const host = await readCard(c, link, card)
  if (!host.ok) return host
  const answer: PairAccept = {
    v: 1,
    rendezvous: link.rendezvous,
    card: link.card,
    keys: pair.keys,
    label,
    person,
    team,
    ...(passkey === undefined ? {} : { passkey }),
    iat: now,
  }
  if (!PairAccept.safeParse(answer).success) return refused('pairing_link_invalid')
  const padded = pad(utf8(await signStatement(c, pair, typ.accept, answer)), ACCEPT_BUCKETS)
  if (!padded) return refused('pairing_link_invalid')
  const { enc, ct, exporter } = await c.hpkeSeal(host.value.keys.seal, pskOptions(link), padded)
  const sealed = JSON.stringify({ enc: toBase64url(enc), ct: toBase64url(ct) } satisfies PairAcceptSealed)
  const session = {
    rendezvous: link.rendezvous,
    accept: await hashOf(c, 'accept', sealed),
    exporter,
    host: host.value.keys,
    device: pair.keys,
  }
  return ok({ session, sealed, team: host.value.team })
}

async function readCard(c: CryptoPort, link: PairingLink, jws: string): Promise<Result<Card>> {
  if ((await hashOf(c, 'card', jws)) !== link.card) return refused('pairing_card_mismatch')
  const parsed = parseJws(jws)
  const card = parsed.ok ? Card.safeParse(parsed.value.payload) : null
  if (!parsed.ok || !card?.success) return refused('pairing_card_mismatch')
  const { keys, rendezvous } = card.data
  const { header } = parsed.value
  const own =
    header.typ === typ.card && header.kid === keys.kid && rendezvous === link.rendezvous && (await checkKeys(c, keys))
  return own && (await verifySignature(c, keys.sign, parsed.value)) ? ok(card.data) : refused('pairing_card_mismatch')
}

/** The host has locked to this device: the code to show. Error: `rendezvous_taken` (it locked to another answer), `pairing_accept_invalid`. */
export async function checkLock(
  c: CryptoPort,
  session: PairingSession,
  text: string,
): Promise<Result<{ code: string }>> {
  const lock = PairLock.safeParse(jsonOf(text))
  if (!lock.success) return refused('pairing_accept_invalid')
  const { accept, nonce, tag } = lock.data
  if (accept !== session.accept) return refused('rendezvous_taken')
  const shown = fromBase64url(tag)
  if (!shown || !equalBytes(shown, await lockTag(c, session, nonce))) return refused('pairing_accept_invalid')
  return ok({ code: await codeOf(session, nonce) })
}

/** The host's word that the code was right. Errors: those of an envelope, `statement_invalid`. */
export async function openConfirm(
  c: CryptoPort,
  session: PairingSession,
  pair: KeyPair,
  text: string,
): Promise<Result<PairConfirm>> {
  const { host, rendezvous, device } = session
  const envelope = Envelope.safeParse(jsonOf(text))
  if (!envelope.success || envelope.data.from !== host.kid) return refused('envelope_invalid')
  const jws = await openEnvelope(c, pair, envelope.data)
  if (!jws.ok) return jws
  const confirm = await verifyStatement(c, {
    jws: jws.value,
    typ: typ.confirm,
    schema: PairConfirm,
    key: host.sign,
    kid: host.kid,
  })
  if (!confirm.ok) return confirm
  const bound =
    confirm.value.rendezvous === rendezvous &&
    confirm.value.host === hostIdOf(host.kid) &&
    confirm.value.device === device.kid
  return bound ? confirm : refused('statement_invalid', 'confirm')
}

/** The device's last word, sealed to the host. */
export async function makeJoined(
  c: CryptoPort,
  { rendezvous, host }: PairingSession,
  pair: KeyPair,
  { team, head, now }: { team: string; head: TrustHead; now: number },
): Promise<string> {
  const joined: PairJoined = { v: 1, rendezvous, team, log: [], head, iat: now }
  const statement = await signStatement(c, pair, typ.joined, joined)
  return JSON.stringify(await sealTo(c, { id: rendezvous, kind: 'pairing', from: pair, to: [host], statement }))
}
