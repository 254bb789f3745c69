import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import { TrustEntry } from '#protocol/statements/trust-entry.ts'
import { typ } from '#protocol/statements/typ.ts'
import { applyEntry } from './apply-entry.ts'
import type { CryptoPort } from './crypto.ts'
import { hashOf } from './hash.ts'
import { parseJws, verifySignature } from './jws.ts'
import { checkKeys } from './keys.ts'
import { isOwner, type TeamKey, type TeamState } from './team-state.ts'

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
  const { at } = entry
  const since = { addedAt: at, removedAt: null, leasedFrom: at, former: [] }
  const owner: TeamKey = { kind: 'device', keys: device, rights, passkey: null, ...since }
  return ok({
    teamId: await teamIdOf(c, jws),
    head: { n: 0, hash: await hashOf(c, 'entry', jws) },
    entries: [jws],
    keys: new Map([[device.kid, owner]]),
    invites: new Map(),
    policies: new Map(),
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
 * Verifies one further entry: contiguous, on this head, signed by who is an owner at that point (new keys for a device: also by that device). Errors: `trust_entry_invalid`, `trust_entry_refused`,
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
  if (!signer || !(isOwner(signer) || handsOver(entry, signer))) return refused('trust_entry_refused')
  if (!(await verifySignature(c, signer.keys.sign, parsed))) return refused('trust_entry_invalid', 'signature')
  if (state.entries.length >= limits.trustEntries) return refused('team_full')
  const change = await applyEntry(c, state, { entry, signer })
  if (!change.ok) return change
  return ok({
    ...state,
    ...change.value,
    head: { n: entry.n, hash: await hashOf(c, 'entry', jws) },
    entries: [...state.entries, jws],
  })
}

/** Who is no owner may still give its own device new keys; so often only, as the log is everybody's. */
const handsOver = (entry: TrustEntry, { kind, keys, removedAt, former }: TeamKey): boolean =>
  entry.type === 'RotateKey' &&
  entry.kid === keys.kid &&
  kind === 'device' &&
  removedAt === null &&
  former.length < limits.ownRotations

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

export { devicesOf, hostsOf, ownersOf, type TeamKey, type TeamState } from './team-state.ts'
export {
  makeAddDevice,
  makeAddHost,
  makeAddPasskey,
  makeCheckpoint,
  makeGenesis,
  makeInvite,
  makeRemoveKey,
  makeRotateKey,
  makeSetPolicy,
  makeSetRights,
} from './trust-entries.ts'
