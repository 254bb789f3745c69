import { Envelope } from '#protocol/envelope.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import type { Card, PairConfirm, PairingLink, PairLock } from '#protocol/statements/pairing.ts'
import { PairAccept, PairAcceptSealed, PairJoined } from '#protocol/statements/pairing.ts'
import { typ } from '#protocol/statements/typ.ts'
import { fromBase64url, textOf, toBase64url } from './bytes.ts'
import type { CryptoPort } from './crypto.ts'
import { openEnvelope, sealTo } from './envelope.ts'
import { hashOf } from './hash.ts'
import { parseJws, signStatement, verifySignature, verifyStatement } from './jws.ts'
import type { KeyPair } from './keys.ts'
import { checkKeys } from './keys.ts'
import { unpad } from './padding.ts'
import type { PairingSession } from './pairing.ts'
import { codeOf, lockTag, newNonce32, pskOptions } from './pairing.ts'
import { encodeLink } from './pairing-link.ts'
import { jsonOf } from './parse-json.ts'

export type Offer = { link: PairingLink; card: string; keys: KeyPair; url(appOrigin: string): string }

/** A fresh offer: single use, `limits.rendezvousMs`. `relay` is the relay's public origin, `team` the host's team if it has one. */
export async function newOffer(
  c: CryptoPort,
  keys: KeyPair,
  {
    relay,
    team,
    now,
    intent = 'pair',
  }: { relay: string; team: string | null; now: number; intent?: PairingLink['intent'] },
): Promise<Offer> {
  const rendezvous = `rdv_${toBase64url(c.random(16))}`
  const card = await signStatement(c, keys, typ.card, {
    v: 1,
    rendezvous,
    keys: keys.keys,
    team,
    iat: now,
  } satisfies Card)
  const link: PairingLink = {
    v: 1,
    intent,
    expiresAt: now + limits.rendezvousMs,
    rendezvous,
    psk: toBase64url(c.random(32)),
    card: await hashOf(c, 'card', card),
    relay,
  }
  return { link, card, keys, url: (appOrigin) => encodeLink(link, appOrigin) }
}

/** Opens a device's answer. Error: `pairing_accept_invalid` for everything that did not come from who saw the QR code. */
export async function openAccept(
  c: CryptoPort,
  offer: Offer,
  text: string,
): Promise<Result<{ accept: PairAccept; session: PairingSession }>> {
  const sealed = PairAcceptSealed.safeParse(jsonOf(text))
  const [enc, ct] = sealed.success ? [fromBase64url(sealed.data.enc), fromBase64url(sealed.data.ct)] : [null, null]
  const opened = enc && ct ? await c.hpkeOpen(offer.keys.sealPair, enc, pskOptions(offer.link), ct) : null
  const content = opened && unpad(opened.plaintext)
  const jws = content && textOf(content)
  const parsed = jws ? parseJws(jws) : null
  if (!opened || !parsed?.ok) return refused('pairing_accept_invalid')
  const accept = PairAccept.safeParse(parsed.value.payload)
  if (!accept.success) return refused('pairing_accept_invalid')
  const { keys, rendezvous, card } = accept.data
  const { header } = parsed.value
  const own = header.typ === typ.accept && header.kid === keys.kid && !header.jwk && (await checkKeys(c, keys))
  const bound = rendezvous === offer.link.rendezvous && card === offer.link.card
  if (!own || !bound || !(await verifySignature(c, keys.sign, parsed.value))) return refused('pairing_accept_invalid')
  const session = {
    rendezvous,
    accept: await hashOf(c, 'accept', text),
    exporter: opened.exporter,
    host: offer.keys.keys,
    device: keys,
  }
  return ok({ accept: accept.data, session })
}

/** Locks to this answer. Only after the relay has taken `text` may the code be asked for. */
export async function makeLock(c: CryptoPort, session: PairingSession): Promise<{ text: string; code: string }> {
  const nonce = newNonce32(c)
  const lock: PairLock = { accept: session.accept, nonce, tag: toBase64url(await lockTag(c, session, nonce)) }
  return { text: JSON.stringify(lock), code: await codeOf(session, nonce) }
}

/** The host's word after the right code, sealed to the device. */
export async function sealConfirm(
  c: CryptoPort,
  host: KeyPair,
  { rendezvous, device }: PairingSession,
  confirm: Omit<PairConfirm, 'v' | 'rendezvous' | 'host' | 'device' | 'log'>,
): Promise<string> {
  const statement = await signStatement(c, host, typ.confirm, {
    v: 1,
    rendezvous,
    host: `hst_${host.keys.kid}`,
    device: device.kid,
    log: [],
    ...confirm,
  } satisfies PairConfirm)
  return JSON.stringify(await sealTo(c, { id: rendezvous, kind: 'pairing', from: host, to: [device], statement }))
}

/** The device's last word. Errors: those of an envelope, `statement_invalid`. */
export async function openJoined(
  c: CryptoPort,
  host: KeyPair,
  { rendezvous, device }: PairingSession,
  text: string,
): Promise<Result<PairJoined>> {
  const envelope = Envelope.safeParse(jsonOf(text))
  if (!envelope.success || envelope.data.from !== device.kid) return refused('envelope_invalid')
  const jws = await openEnvelope(c, host, envelope.data)
  if (!jws.ok) return jws
  const joined = await verifyStatement(c, {
    jws: jws.value,
    typ: typ.joined,
    schema: PairJoined,
    key: device.sign,
    kid: device.kid,
  })
  if (!joined.ok) return joined
  return joined.value.rendezvous === rendezvous ? joined : refused('statement_invalid', 'rendezvous')
}
