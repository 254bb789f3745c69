import { pause } from '#link/clock.ts'
import type { Result } from '#protocol/errors.ts'
import { isErrorCode, ok, refused } from '#protocol/errors.ts'
import type { AnswerOf } from '#protocol/http.ts'
import { newId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import type { PairingLink, RendezvousSlot } from '#protocol/statements/pairing.ts'
import type { Passkey } from '#protocol/statements/passkey.ts'
import { acceptOffer, checkLock, makeJoined, openConfirm, readLink } from '#trust/pairing.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { addPasskey } from './add-passkey.ts'
import type { Context } from './context.ts'
import { joinTeam } from './join-team.ts'

export type PairInput = {
  /** The whole link, as scanned or pasted. */
  link: string
  /** What the host and other devices call this device and its person. */
  label: string
  person: string
  /** A credential made before, by `readPasskey`: the owner who admits this device states it in the trust log. */
  passkey?: Passkey
  /** Six digits, to be typed at the host. Called once, only after the host has locked to this device. */
  onCode(code: string): void
  signal?: AbortSignal
}

/** `name`: what the other side calls itself. `hostId` null: it is no host, but an owner's device that has invited this one. */
export type Paired = { hostId: string | null; name: string; team: TeamState }

/**
 * Pairs this device with the host behind a link, or joins the team of the owner's device behind it (trust.md, Pairing). Until it has returned `ok`, nothing of the host is trusted and nothing is stored. Errors:
 * `pairing_link_invalid`, `rendezvous_*`, `pairing_*`, what the trust log refuses, `conflict` when this device belongs to another team, those of the calls.
 */
export async function pair(context: Context, input: PairInput): Promise<Result<Paired>> {
  const { crypto, keys, clock, relay, team } = context
  const link = readLink(input.link)
  if (!link.ok) return link
  if (new URL(link.value.relay).origin !== relay.origin)
    return refused('pairing_link_invalid', 'It is a link of another relay.')
  if (link.value.expiresAt <= clock.now()) return refused('rendezvous_expired')
  const offer = await relay.call('rendezvous.read', { params: { id: link.value.rendezvous } })
  if (!offer.ok) return offer

  const accepted = await acceptOffer(crypto, keys, {
    link: link.value,
    card: offer.value.card,
    label: input.label,
    person: input.person,
    team: team.state()?.teamId ?? null,
    ...(input.passkey ? { passkey: input.passkey } : {}),
    now: clock.now(),
  })
  if (!accepted.ok) return accepted
  const { session, sealed, team: theirs } = accepted.value
  // Said before anything is answered: the same link can then be used for another team on this phone.
  const own = team.state()?.teamId
  if (own !== undefined && (link.value.intent === 'join' || (theirs !== null && theirs !== own)))
    return refused('conflict', 'This device belongs to another team.')
  const sent = await put(context, link.value, 'accept', sealed)
  if (!sent.ok) return sent

  const lock = await slot(context, link.value, { name: 'lock', everyMs: limits.rendezvousQuickPollMs }, input.signal)
  if (!lock.ok) return lock
  const locked = await checkLock(crypto, session, lock.value)
  if (!locked.ok) return locked
  input.onCode(locked.value.code)

  const text = await slot(context, link.value, { name: 'confirm', everyMs: limits.rendezvousPollMs }, input.signal)
  if (!text.ok) return text
  const confirm = await openConfirm(crypto, session, keys, text.value)
  if (!confirm.ok) return confirm
  const joined = await joinTeam(context, {
    confirm: confirm.value,
    intent: link.value.intent,
    host: session.host,
    person: newId('per', clock.now()),
  })
  if (!joined.ok) return joined
  const full = input.passkey ? await withPasskey(context, joined.value, input.passkey) : joined.value
  const last = await makeJoined(crypto, session, keys, {
    team: full.teamId,
    head: full.head,
    now: clock.now(),
  })
  const told = await put(context, link.value, 'joined', last)
  if (!told.ok) return told
  const { host: hostId, name } = confirm.value
  return ok({ hostId: link.value.intent === 'pair' ? hostId : null, name, team: full })
}

/** Who founds a team states its own passkey, as there is nobody else; who is admitted has it in the entry already. Without it the pairing stands all the same: it can be added later. */
async function withPasskey(context: Context, team: TeamState, passkey: Passkey): Promise<TeamState> {
  const own = team.keys.get(context.keys.keys.kid)
  if (own?.rights?.role !== 'owner' || own.passkey) return team
  const added = await addPasskey(context, { passkey })
  return added.ok ? added.value : team
}

const put = ({ relay }: Context, { rendezvous }: PairingLink, into: RendezvousSlot, content: string) =>
  relay.call('rendezvous.answer', { params: { id: rendezvous }, body: { slot: into, content } })

type Message = AnswerOf<'rendezvous.read'>['messages'][number]

/** Waits for the host's next word. A burnt offer names why; nothing but the sentence that is shown depends on it, as anybody could have written it. */
async function slot(
  { relay, clock }: Context,
  { rendezvous, expiresAt }: PairingLink,
  { name, everyMs }: { name: RendezvousSlot; everyMs: number },
  signal?: AbortSignal,
): Promise<Result<string>> {
  for (;;) {
    const read = await relay.call('rendezvous.read', { params: { id: rendezvous }, ...(signal ? { signal } : {}) })
    if (!read.ok && read.code !== 'relay_unreachable') return read
    const find = (wanted: RendezvousSlot): Message | undefined =>
      read.ok ? read.value.messages.find((message) => message.slot === wanted) : undefined
    const burnt = find('burnt')
    if (burnt) return refused(isErrorCode(burnt.content) ? burnt.content : 'rendezvous_taken')
    const found = find(name)
    if (found) return ok(found.content)
    if (signal?.aborted || clock.now() > expiresAt) return refused('rendezvous_expired')
    await pause(clock, everyMs, signal)
  }
}
