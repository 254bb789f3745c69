import { stat } from 'node:fs/promises'
import canonicalize from 'canonicalize'
import { pause } from '#link/clock.ts'
import { fetchLog } from '#link/fetch-log.ts'
import { type ErrorCode, ok, type Result, refused } from '#protocol/errors.ts'
import { newId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import type { PairAccept, PairConfirm, PairJoined } from '#protocol/statements/pairing.ts'
import type { Rights } from '#protocol/statements/trust-entry.ts'
import { makeLock, newOffer, openAccept, openJoined, type PairingSession, sealConfirm } from '#trust/pairing.ts'
import { appendEntry, type TeamState } from '#trust/trust-log.ts'
import type { HostContext } from './context.ts'
import type { Gate } from './gate.ts'

const tries = 3

export type PairingEvent =
  | { event: 'offer'; link: string; expiresAt: number }
  /** A device answered; the six digits that it shows have to be typed here. */
  | { event: 'locked'; label: string; person: string }
  | { event: 'code-wrong'; left: number }
  /** An owner's device is asked to let the newcomer in. */
  | { event: 'asking'; label: string }
  | { event: 'paired'; teamId: string; device: string; label: string; how: PairConfirm['how'] }
  /** This offer is over without a pairing. `rendezvous_taken` is an alarm: two devices answered. */
  | { event: 'refused'; code: ErrorCode; detail?: string }

export type PairingPorts = {
  context: HostContext
  gate: Gate
  home: string
  name: string
  /** Where the app is served: the link begins with it. */
  appOrigin: string
  /** The relay's claim code; null: there is none here. */
  readClaim(): Promise<string | null>
  tell(event: PairingEvent): void
}

/** One offer to pair, from the link to its end. */
export type Pairing = {
  /** The link, or why there is none. */
  offered: Promise<Result<{ link: string; expiresAt: number }>>
  /** Resolves when it is over. */
  ended: Promise<Result<TeamState>>
  /** The digits that a person typed; false: nobody waits for them. */
  typeCode(code: string): boolean
  cancel(): void
}

/** Offers to pair this host with a device (trust.md, Pairing), and goes through with the first that answers. */
export function startPairing(ports: PairingPorts): Pairing {
  const stop = new AbortController()
  let typed: (code: string) => void = () => {}
  let waits = false
  let offeredNow: (offered: Result<{ link: string; expiresAt: number }>) => void = () => {}
  const offered = new Promise<Result<{ link: string; expiresAt: number }>>((resolve) => {
    offeredNow = resolve
  })
  const nextCode = () =>
    new Promise<string>((resolve) => {
      waits = true
      typed = (code) => {
        waits = false
        resolve(code)
      }
    })
  const ended = pairOnce(ports, stop.signal, nextCode, offeredNow).then((result) => {
    waits = false
    if (!result.ok) {
      offeredNow(result)
      const { code, detail } = result
      ports.tell({ event: 'refused', code, ...(detail === undefined ? {} : { detail }) })
    }
    return result
  })
  return {
    offered,
    ended,
    typeCode(code) {
      if (!waits) return false
      typed(code.replace(/\D/g, ''))
      return true
    },
    cancel: () => stop.abort(),
  }
}

async function pairOnce(
  { context, gate, home, name, appOrigin, readClaim, tell }: PairingPorts,
  signal: AbortSignal,
  nextCode: () => Promise<string>,
  offeredNow: (offered: Result<{ link: string; expiresAt: number }>) => void,
): Promise<Result<TeamState>> {
  const { crypto, keys, clock, relay, team, policy } = context
  const offer = await newOffer(crypto, keys, {
    relay: relay.origin,
    team: team.state()?.teamId ?? null,
    now: clock.now(),
  })
  const { rendezvous: id, expiresAt } = offer.link
  const placed = await relay.call('rendezvous.offer', { body: { id, card: offer.card, expiresAt }, signal })
  if (!placed.ok) return placed
  const link = offer.url(appOrigin)
  offeredNow(ok({ link, expiresAt }))
  tell({ event: 'offer', link, expiresAt })

  let session: PairingSession | null = null
  /** Reads the rendezvous. A second answer before the end means that the offer was seen by somebody else: it is burnt. */
  async function poll(slot: 'accept' | 'joined'): Promise<Result<{ content: string }>> {
    for (;;) {
      if (signal.aborted || clock.now() > expiresAt) return refused('rendezvous_expired')
      const read = await relay.call('rendezvous.read', { params: { id }, signal })
      if (!read.ok && read.code !== 'relay_unreachable' && read.code !== 'unavailable') return read
      const messages = read.ok ? read.value.messages : []
      if (messages.filter((message) => message.slot === 'accept').length > 1 && slot === 'accept')
        return burn('rendezvous_taken')
      const found = messages.find((message) => message.slot === slot)
      if (found) return ok({ content: found.content })
      await pause(clock, slot === 'accept' ? limits.rendezvousPollMs : limits.rendezvousQuickPollMs, signal)
    }
  }
  async function burn(code: ErrorCode): Promise<Result<never>> {
    await relay.call('rendezvous.answer', { params: { id }, body: { slot: 'burnt', content: code } })
    return refused(code)
  }
  /** While a person types, a second device must not slip in unseen. */
  async function raced(over: AbortSignal): Promise<boolean> {
    while (!over.aborted && clock.now() <= expiresAt) {
      const read = await relay.call('rendezvous.read', { params: { id }, signal: over, tries: 1 })
      if (read.ok && read.value.messages.filter(({ slot }) => slot === 'accept').length > 1) return true
      await pause(clock, limits.rendezvousPollMs, over)
    }
    return false
  }

  const answer = await poll('accept')
  if (!answer.ok) return answer
  const opened = await openAccept(crypto, offer, answer.value.content)
  if (!opened.ok) return burn(opened.code)
  const { accept } = opened.value
  session = opened.value.session
  const lock = await makeLock(crypto, session)
  const locked = await relay.call('rendezvous.answer', { params: { id }, body: { slot: 'lock', content: lock.text } })
  if (!locked.ok) return locked
  tell({ event: 'locked', label: accept.label, person: accept.person })

  const typing = new AbortController()
  signal.addEventListener('abort', () => typing.abort())
  const race = raced(typing.signal)
  for (let left = tries; ; ) {
    const code = await Promise.race([nextCode(), race.then(() => null)])
    if (code === null)
      return signal.aborted || clock.now() > expiresAt ? refused('rendezvous_expired') : burn('rendezvous_taken')
    if (code === lock.code) break
    left -= 1
    if (left === 0) {
      typing.abort()
      return burn('pairing_code_exhausted')
    }
    tell({ event: 'code-wrong', left })
  }
  typing.abort()

  const how = await howToJoin(context, accept)
  if (!how.ok) return burnWith(burn, how)
  if (how.value === 'added') {
    tell({ event: 'asking', label: accept.label })
    const added = await addDevice(context, gate, home, accept, signal)
    if (!added.ok) return burnWith(burn, added)
  }
  const claim = how.value === 'found' ? await readClaim() : null
  if (how.value === 'found' && claim === null)
    return burnWith(burn, refused('claim_invalid', 'This machine does not know the relay’s claim code.'))
  const confirm = await sealConfirm(crypto, keys, session, {
    name: name.slice(0, 80),
    how: how.value,
    ...(claim === null ? {} : { claim }),
    ...(how.value === 'added' ? whereItStands(team.state()) : {}),
    policyHash: policy.policyHash,
    iat: clock.now(),
  })
  const confirmed = await relay.call('rendezvous.answer', {
    params: { id },
    body: { slot: 'confirm', content: confirm },
  })
  if (!confirmed.ok) return confirmed

  const last = await poll('joined')
  if (!last.ok) return last
  const joined = await openJoined(crypto, keys, session, last.value.content)
  if (!joined.ok) return joined
  const state = how.value === 'added' ? refuseNull(team.state()) : await readJoined(context, accept, joined.value)
  if (!state.ok) return state
  const pinned = await team.pin(state.value, relay.origin)
  if (!pinned.ok) return pinned
  await team.name(accept.keys.kid, accept.label, accept.person)
  tell({ event: 'paired', teamId: pinned.value.teamId, device: accept.keys.kid, label: accept.label, how: how.value })
  return pinned
}

const whereItStands = (state: TeamState | null) => (state ? { team: state.teamId, head: state.head } : {})
const refuseNull = (state: TeamState | null): Result<TeamState> => (state ? ok(state) : refused('not_paired'))
const burnWith = async (
  burn: (code: ErrorCode) => Promise<Result<never>>,
  why: { code: ErrorCode; detail?: string },
): Promise<Result<never>> => {
  await burn(why.code)
  return refused(why.code, why.detail)
}

async function howToJoin({ team }: HostContext, accept: PairAccept): Promise<Result<PairConfirm['how']>> {
  const state = team.state()
  if (!state) return ok(accept.team === null ? 'found' : 'bring')
  if (state.keys.get(accept.keys.kid)?.removedAt === null)
    return refused('conflict', 'This device is in the team already.')
  return accept.team === null ? ok('added') : refused('conflict', 'This device belongs to another team.')
}

/** The log that the device has named: whole, with itself as a device and this host as a host. */
async function readJoined(
  { crypto, keys, relay }: HostContext,
  accept: PairAccept,
  { team, head }: PairJoined,
): Promise<Result<TeamState>> {
  if (head === undefined) return refused('pairing_accept_invalid', 'log')
  const read = await fetchLog(crypto, relay, { team, head })
  if (!read.ok) return read
  const device = read.value.keys.get(accept.keys.kid)
  const host = read.value.keys.get(keys.keys.kid)
  const whole =
    device?.kind === 'device' && device.removedAt === null && host?.kind === 'host' && host.removedAt === null
  return whole && (accept.team === null || accept.team === team) ? read : refused('pairing_accept_invalid', 'log')
}

/** Asks an owner to let the newcomer in: the host is no owner, so the owner's decision carries the signed entry. */
async function addDevice(
  { crypto, clock, hostId, relay, team }: HostContext,
  gate: Gate,
  home: string,
  accept: PairAccept,
  signal: AbortSignal,
): Promise<Result<TeamState>> {
  const folder = await stat(home, { bigint: true })
  const rights: Rights = { person: newId('per', clock.now()), role: 'approver', hosts: '*', maxTier: 2 }
  const operation: Operation = {
    v: 1,
    kind: 'add-device',
    host: hostId,
    driver: 'host',
    binding: 'exact',
    cwd: { path: home, dev: String(folder.dev), ino: String(folder.ino) },
    input: canonicalize({ label: accept.label, person: accept.person }) ?? '{}',
    command: null,
    argv: null,
    executable: null,
    environment: null,
    files: [],
    hosts: [],
    tier: 2,
    why: ['Adds a device that may approve what this team’s hosts do'],
    uninspectable: [],
    secrets: [],
    newcomer: {
      device: accept.keys,
      label: accept.label,
      rights,
      ...(accept.passkey === undefined ? {} : { passkey: accept.passkey }),
    },
  }
  const decided = await gate.askPeople(operation, 'Countersign', signal)
  if (!decided.ok) return decided
  const { entry } = decided.value
  const known = await team.sync(relay)
  if (!known.ok) return known
  const present = known.value.keys.get(accept.keys.kid)
  const next = present
    ? known
    : entry === undefined
      ? refused('trust_entry_invalid')
      : await appendEntry(crypto, known.value, entry)
  if (!next.ok) return next
  const admitted = next.value.keys.get(accept.keys.kid)
  if (admitted?.kind !== 'device' || canonicalize(admitted.rights) !== canonicalize(rights))
    return refused('trust_entry_refused')
  if (!present && entry !== undefined) {
    const appended = await relay.call('trust.append', { body: { entry } })
    if (!appended.ok) return appended
  }
  return team.pin(next.value, relay.origin)
}
