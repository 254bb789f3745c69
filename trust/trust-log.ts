import type { Refused, Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { PublicKeys } from '#protocol/keys.ts'
import { limits } from '#protocol/limits.ts'
import type { Passkey } from '#protocol/statements/passkey.ts'
import type { Rights, TrustHead } from '#protocol/statements/trust-entry.ts'
import { TrustEntry } from '#protocol/statements/trust-entry.ts'
import { typ } from '#protocol/statements/typ.ts'
import type { CryptoPort } from './crypto.ts'
import { hashOf } from './hash.ts'
import { parseJws, verifySignature } from './jws.ts'
import { checkKeys } from './keys.ts'

/** A key as the log says it is. Removed keys stay, so that what they once signed can still be read; they never come back. */
export type TeamKey = {
  kind: 'device' | 'host'
  keys: PublicKeys
  /** Null for a host: it approves nothing. */
  rights: Rights | null
  /** Its credential for user verification; null: it has none. */
  passkey: Passkey | null
  addedAt: number
  removedAt: number | null
}

/** A verified log: who belongs to the team, and where the log stands. */
export type TeamState = {
  teamId: string
  head: TrustHead
  entries: readonly string[]
  keys: ReadonlyMap<string, TeamKey>
}

/** Team id: hash of the Genesis. */
export const teamIdOf = async (c: CryptoPort, genesis: string): Promise<string> =>
  `tm_${await hashOf(c, 'team', genesis)}`

/** Verifies a whole log from its Genesis. Errors: `trust_entry_invalid`, `trust_entry_refused`, `team_full`. */
export async function readLog(c: CryptoPort, entries: readonly string[]): Promise<Result<TeamState>> {
  const [genesis, ...rest] = entries
  if (genesis === undefined) return refused('trust_entry_invalid', 'empty')
  let state = await readGenesis(c, genesis)
  for (const entry of rest) if (state.ok) state = await appendEntry(c, state.value, entry)
  return state
}

async function readGenesis(c: CryptoPort, jws: string): Promise<Result<TeamState>> {
  const read = parseEntry(jws)
  if (!read.ok) return read
  const { entry, parsed } = read.value
  if (entry.type !== 'Genesis' || entry.n !== 0 || entry.prev !== null) return refused('trust_entry_invalid', 'genesis')
  const { device, rights } = entry
  if (parsed.header.kid !== device.kid || !(await checkKeys(c, device))) return refused('trust_entry_invalid', 'keys')
  if (rights.role !== 'owner' || rights.hosts !== '*')
    return refused('trust_entry_refused', 'The first device has to be an owner of all hosts.')
  if (!(await verifySignature(c, device.sign, parsed))) return refused('trust_entry_invalid', 'signature')
  const owner: TeamKey = { kind: 'device', keys: device, rights, passkey: null, addedAt: entry.at, removedAt: null }
  return ok({
    teamId: await teamIdOf(c, jws),
    head: { n: 0, hash: await hashOf(c, 'entry', jws) },
    entries: [jws],
    keys: new Map([[device.kid, owner]]),
  })
}

function parseEntry(jws: string) {
  const parsed = jws.length > limits.trustEntryChars ? ({ ok: false, why: 'malformed' } as const) : parseJws(jws)
  if (!parsed.ok) return refused('trust_entry_invalid', parsed.why)
  const { header, payload } = parsed.value
  const entry = TrustEntry.safeParse(payload)
  if (header.typ !== typ.trust || header.jwk || !entry.success) return refused('trust_entry_invalid', 'form')
  return ok({ entry: entry.data, parsed: parsed.value })
}

/**
 * Verifies one further entry: contiguous, on this head, signed by who is an owner at that point. Errors: `trust_entry_invalid`, `trust_entry_refused`,
 * `trust_head_moved` (it was signed on another head), `team_full`.
 */
export async function appendEntry(c: CryptoPort, state: TeamState, jws: string): Promise<Result<TeamState>> {
  const read = parseEntry(jws)
  if (!read.ok) return read
  const { entry, parsed } = read.value
  if (entry.type === 'Genesis') return refused('trust_entry_refused', 'A log has one Genesis.')
  if (entry.team !== state.teamId) return refused('trust_entry_invalid', 'team')
  if (entry.n !== state.head.n + 1 || entry.prev !== state.head.hash) return refused('trust_head_moved')
  const signer = state.keys.get(parsed.header.kid)
  if (!isOwner(signer)) return refused('trust_entry_refused')
  if (!(await verifySignature(c, signer.keys.sign, parsed))) return refused('trust_entry_invalid', 'signature')
  if (state.entries.length >= limits.trustEntries) return refused('team_full')
  const keys = await apply(c, state, entry)
  if (!keys.ok) return keys
  return ok({
    ...state,
    head: { n: entry.n, hash: await hashOf(c, 'entry', jws) },
    entries: [...state.entries, jws],
    keys: keys.value,
  })
}

const isOwner = (key: TeamKey | undefined): key is TeamKey =>
  key?.kind === 'device' && key.removedAt === null && key.rights?.role === 'owner'

/** Owner's devices that stand now. */
export const ownersOf = (state: TeamState): TeamKey[] => devicesOf(state).filter(isOwner)

type Change = Exclude<TrustEntry, { type: 'Genesis' }>

async function apply(c: CryptoPort, state: TeamState, entry: Change): Promise<Result<ReadonlyMap<string, TeamKey>>> {
  const keys = new Map(state.keys)
  if (entry.type === 'RemoveKey') {
    const key = keys.get(entry.kid)
    if (!key || key.removedAt !== null) return refused('trust_entry_refused', 'There is no such key.')
    if (isOwner(key) && ownersOf(state).length === 1)
      return refused('trust_entry_refused', 'The last owner can’t be removed.')
    return ok(keys.set(entry.kid, { ...key, removedAt: entry.at }))
  }
  if (entry.type === 'AddPasskey') {
    const key = keys.get(entry.kid)
    if (key?.kind !== 'device' || key.removedAt !== null)
      return refused('trust_entry_refused', 'There is no such device.')
    if (key.passkey)
      return refused('trust_entry_refused', 'This device has its passkey; pair it anew to give it another.')
    return ok(keys.set(entry.kid, { ...key, passkey: entry.passkey }))
  }
  const added: TeamKey =
    entry.type === 'AddHost'
      ? { kind: 'host', keys: entry.host, rights: null, passkey: null, addedAt: entry.at, removedAt: null }
      : {
          kind: 'device',
          keys: entry.device,
          rights: entry.rights,
          passkey: entry.passkey ?? null,
          addedAt: entry.at,
          removedAt: null,
        }
  if (!(await checkKeys(c, added.keys))) return refused('trust_entry_invalid', 'keys')
  if (keys.has(added.keys.kid)) return refused('trust_entry_refused', 'This key is or was in the team.')
  const refusal = mayAdd(state, added)
  return refusal ?? ok(keys.set(added.keys.kid, added))
}

function mayAdd(state: TeamState, added: TeamKey): Refused | null {
  if (present(state).length >= limits.keysPerTeam) return refused('team_full')
  const owners = new Set(ownersOf(state).map((key) => key.rights?.person))
  // Where two persons are owners, a third needs the signatures of two: this entry carries one.
  if (added.rights?.role === 'owner' && owners.size >= 2 && !owners.has(added.rights.person))
    return refused('trust_entry_refused', 'A further owner needs two owners.')
  return null
}

/**
 * Takes what the relay has beyond a pinned log; entries that are already known may be repeated. The pin is never replaced. Errors: `trust_log_forked` (a known number
 * with other content, or a signed entry on another head), `trust_log_behind` (a gap), `trust_entry_invalid`, `trust_entry_refused`.
 */
export async function extendLog(
  c: CryptoPort,
  pinned: TeamState,
  entries: readonly string[],
): Promise<Result<TeamState>> {
  let state = pinned
  for (const jws of entries) {
    const read = parseEntry(jws)
    if (!read.ok) return read
    const { n } = read.value.entry
    if (n > state.head.n + 1) return refused('trust_log_behind')
    if (n <= state.head.n) {
      if (state.entries[n] !== jws) return refused('trust_log_forked')
      continue
    }
    const next = await appendEntry(c, state, jws)
    if (!next.ok) return next.code === 'trust_head_moved' ? refused('trust_log_forked') : next
    state = next.value
  }
  return ok(state)
}

const present = (state: TeamState): TeamKey[] => [...state.keys.values()].filter((key) => key.removedAt === null)

/** Devices and hosts that stand now. */
export const devicesOf = (state: TeamState): TeamKey[] => present(state).filter((key) => key.kind === 'device')
export const hostsOf = (state: TeamState): TeamKey[] => present(state).filter((key) => key.kind === 'host')

export { makeAddDevice, makeAddHost, makeAddPasskey, makeGenesis, makeRemoveKey } from './trust-entries.ts'
