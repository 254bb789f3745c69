import { stat } from 'node:fs/promises'
import canonicalize from 'canonicalize'
import { fetchLog } from '#link/fetch-log.ts'
import { offerPairing } from '#link/offer-pairing.ts'
import { type ErrorCode, ok, type Result, refused } from '#protocol/errors.ts'
import { newId } from '#protocol/ids.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import type { PairAccept, PairConfirm, PairJoined } from '#protocol/statements/pairing.ts'
import type { Rights } from '#protocol/statements/trust-entry.ts'
import { appendEntry, type TeamState } from '#trust/trust-log.ts'
import type { Gate } from '../approvals/gate.ts'
import type { HostContext } from '../context.ts'
import { isFullDisk } from '../journal/disk.ts'

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
  // What fails here ends the offer, and not the host.
  const failed = (error: Error) => refused(isFullDisk(error) ? 'disk_full' : 'internal', error.message)
  const ended = pairOnce(ports, stop.signal, nextCode, offeredNow)
    .catch(failed)
    .then((result) => {
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
  const answered = await offerPairing({
    crypto,
    keys,
    clock,
    relay,
    team: team.state()?.teamId ?? null,
    intent: 'pair',
    appOrigin,
    signal,
    nextCode,
    onLink(offer) {
      offeredNow(ok(offer))
      tell({ event: 'offer', ...offer })
    },
    onLocked: ({ label, person }) => tell({ event: 'locked', label, person }),
    onWrongCode: (left) => tell({ event: 'code-wrong', left }),
    async welcome(accept) {
      const joins = howToJoin(context, accept)
      if (!joins.ok) return joins
      const how = joins.value
      const { policyHash } = policy
      const words = { name: name.slice(0, 80), how, policyHash }
      if (how === 'added') {
        tell({ event: 'asking', label: accept.label })
        const added = await addDevice(context, gate, home, accept, signal)
        return added.ok ? ok({ ...words, team: added.value.teamId, head: added.value.head }) : added
      }
      if (how === 'bring') return ok(words)
      const claim = await readClaim()
      return claim === null
        ? refused('claim_invalid', 'This machine does not know the relay’s claim code.')
        : ok({ ...words, claim })
    },
  })
  if (!answered.ok) return answered
  const { accept, joined } = answered.value
  const { how } = answered.value.welcome
  const state = how === 'added' ? refuseNull(team.state()) : await readJoined(context, accept, joined)
  if (!state.ok) return state
  const pinned = await team.pin(state.value, relay.origin)
  if (!pinned.ok) return pinned
  await team.name(accept.keys.kid, accept.label, accept.person)
  context.statusChanged()
  tell({ event: 'paired', teamId: pinned.value.teamId, device: accept.keys.kid, label: accept.label, how })
  return pinned
}

const refuseNull = (state: TeamState | null): Result<TeamState> => (state ? ok(state) : refused('not_paired'))

function howToJoin({ team }: HostContext, accept: PairAccept): Result<PairConfirm['how']> {
  const state = team.state()
  if (!state) return ok(accept.team === null ? 'found' : 'bring')
  if (state.keys.get(accept.keys.kid)?.removedAt === null)
    return refused('conflict', 'This device is in the team already.')
  return accept.team === null ? ok('added') : refused('conflict', 'This device belongs to another team.')
}

/** The log that the device has named: whole, with itself as a device and this host as a host. */
async function readJoined(
  { crypto, keys, relay, clock }: HostContext,
  accept: PairAccept,
  { team, head }: PairJoined,
): Promise<Result<TeamState>> {
  if (head === undefined) return refused('pairing_accept_invalid', 'log')
  const read = await fetchLog(crypto, relay, { team, head, now: clock.now() })
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
