import { type ErrorCode, ok, type Result, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import type { PairAccept, PairConfirm, PairingLink, PairJoined, RendezvousSlot } from '#protocol/statements/pairing.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import type { KeyPair } from '#trust/keys.ts'
import { makeLock, newOffer, openAccept, openJoined, sealConfirm } from '#trust/pairing.ts'
import { type Clock, pause } from './clock.ts'
import type { Relay } from './relay-http.ts'

/** How often a person may mistype the code. */
const codeTries = 3

/** What the offerer says once the code was right: how the other joins, and what it needs for that. */
export type Welcome = Pick<PairConfirm, 'name' | 'how' | 'claim' | 'team' | 'head' | 'policyHash'>

export type PairingOffer = {
  crypto: CryptoPort
  keys: KeyPair
  clock: Clock
  relay: Relay
  /** The offerer's team; null: it has none yet. */
  team: string | null
  /** `pair`: a host offers; `join`: an owner's device does. */
  intent: PairingLink['intent']
  /** Where the app is served: the link begins with it. */
  appOrigin: string
  signal: AbortSignal
  onLink(offer: { link: string; expiresAt: number }): void
  /** A device answered and this offer is locked to it. Nothing of what it says of itself is believed. */
  onLocked(accept: PairAccept): void
  onWrongCode(left: number): void
  /** The next six digits that a person types. */
  nextCode(): Promise<string>
  /** Called once, after the right code: lets the other in. Refused: the offer is burnt, and the other is told the code of it. */
  welcome(accept: PairAccept): Promise<Result<Welcome>>
}

export type PairingAnswered = { accept: PairAccept; welcome: Welcome; joined: PairJoined }

/**
 * The offerer's side of a pairing (trust.md, Pairing), from the link to the other's last word; the same for a host and for an owner's device. Errors: `rendezvous_expired`
 * (also when `signal` aborts), `rendezvous_taken` (two devices answered: an alarm), `pairing_accept_invalid`, `pairing_code_exhausted`, those of `welcome` and of the calls.
 */
export async function offerPairing(ports: PairingOffer): Promise<Result<PairingAnswered>> {
  const { crypto, keys, clock, relay, signal } = ports
  const offer = await newOffer(crypto, keys, {
    relay: relay.origin,
    team: ports.team,
    intent: ports.intent,
    now: clock.now(),
  })
  const { rendezvous: id, expiresAt } = offer.link
  const placed = await relay.call('rendezvous.offer', { body: { id, card: offer.card, expiresAt }, signal })
  if (!placed.ok) return placed
  ports.onLink({ link: offer.url(ports.appOrigin), expiresAt })

  const isOver = () => signal.aborted || clock.now() > expiresAt
  const put = (slot: RendezvousSlot, content: string) =>
    relay.call('rendezvous.answer', { params: { id }, body: { slot, content } })
  async function burn(code: ErrorCode, detail?: string): Promise<Result<never>> {
    await put('burnt', code)
    return refused(code, detail)
  }
  /** Reads the rendezvous. A second answer before the end means that the offer was seen by somebody else: it is burnt. */
  async function poll(slot: 'accept' | 'joined'): Promise<Result<string>> {
    for (;;) {
      if (isOver()) return refused('rendezvous_expired')
      const read = await relay.call('rendezvous.read', { params: { id }, signal })
      if (!read.ok && read.code !== 'relay_unreachable' && read.code !== 'unavailable') return read
      const messages = read.ok ? read.value.messages : []
      if (messages.filter((message) => message.slot === 'accept').length > 1 && slot === 'accept')
        return burn('rendezvous_taken')
      const found = messages.find((message) => message.slot === slot)
      if (found) return ok(found.content)
      await pause(clock, slot === 'accept' ? limits.rendezvousPollMs : limits.rendezvousQuickPollMs, signal)
    }
  }
  /** While a person types, a second device must not slip in unseen. */
  async function raced(over: AbortSignal): Promise<null> {
    while (!over.aborted && clock.now() <= expiresAt) {
      const read = await relay.call('rendezvous.read', { params: { id }, signal: over, tries: 1 })
      if (read.ok && read.value.messages.filter(({ slot }) => slot === 'accept').length > 1) return null
      await pause(clock, limits.rendezvousPollMs, over)
    }
    return null
  }
  async function codeIsRight(right: string, first: Promise<string>): Promise<Result<void>> {
    const typing = new AbortController()
    const stop = () => typing.abort()
    signal.addEventListener('abort', stop)
    const race = raced(typing.signal)
    try {
      for (let left = codeTries, next = first; ; next = ports.nextCode()) {
        const code = await Promise.race([next, race])
        if (code === null) return isOver() ? refused('rendezvous_expired') : burn('rendezvous_taken')
        if (code === right) return ok(undefined)
        left -= 1
        if (left === 0) return burn('pairing_code_exhausted')
        ports.onWrongCode(left)
      }
    } finally {
      stop()
      signal.removeEventListener('abort', stop)
    }
  }

  const answer = await poll('accept')
  if (!answer.ok) return answer
  const opened = await openAccept(crypto, offer, answer.value)
  if (!opened.ok) return burn(opened.code)
  const { accept, session } = opened.value
  const lock = await makeLock(crypto, session)
  // The other may show the code before the relay has answered here: whoever types at once is heard.
  const first = ports.nextCode()
  const locked = await put('lock', lock.text)
  if (!locked.ok) return locked
  ports.onLocked(accept)
  const typed = await codeIsRight(lock.code, first)
  if (!typed.ok) return typed

  const welcome = await ports.welcome(accept)
  if (!welcome.ok) return burn(welcome.code, welcome.detail)
  const confirmed = await put(
    'confirm',
    await sealConfirm(crypto, keys, session, { ...welcome.value, iat: clock.now() }),
  )
  if (!confirmed.ok) return confirmed
  const last = await poll('joined')
  if (!last.ok) return last
  const joined = await openJoined(crypto, keys, session, last.value)
  return joined.ok ? ok({ accept, welcome: welcome.value, joined: joined.value }) : joined
}
