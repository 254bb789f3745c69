import type { Refused, Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { kidOfHost } from '#protocol/ids.ts'
import type { PublicKeys } from '#protocol/keys.ts'
import { limits } from '#protocol/limits.ts'
import type { TrustEntry } from '#protocol/statements/trust-entry.ts'
import type { CryptoPort } from './crypto.ts'
import { checkKeys } from './keys.ts'
import {
  isOwner,
  isSeconded,
  needsSecondOwner,
  ownersOf,
  presentKeys,
  type TeamKey,
  type TeamState,
} from './team-state.ts'

type Change = Exclude<TrustEntry, { type: 'Genesis' }>
type Of<T extends Change['type']> = Extract<Change, { type: T }>
type Changed = Result<Partial<Pick<TeamState, 'keys' | 'invites' | 'policies'>>>

/** What an entry changes, whose place in the log and signature by an owner (`signer`) are checked. Errors: `trust_entry_invalid`, `trust_entry_refused`, `team_full`. */
export async function applyEntry(
  c: CryptoPort,
  state: TeamState,
  { entry, signer }: { entry: Change; signer: TeamKey },
): Promise<Changed> {
  switch (entry.type) {
    case 'AddHost':
      return add(c, state, { kind: 'host', keys: entry.host, rights: null, passkey: null, ...standing(entry) })
    case 'AddDevice': {
      const { device: keys, rights, passkey = null } = entry
      if (needsSecondOwner(state, rights, signer))
        return refused('trust_entry_refused', 'A further owner needs two owners.')
      return add(c, state, { kind: 'device', keys, rights, passkey, ...standing(entry) })
    }
    case 'AddPasskey':
      return addPasskey(state, entry)
    case 'RemoveKey':
      return remove(state, entry)
    case 'SetRights':
      return setRights(state, entry, signer)
    case 'Invite':
      return invite(state, entry, signer)
    case 'RotateKey':
      return rotate(c, state, entry, signer)
    case 'SetPolicy': {
      if (state.keys.get(kidOfHost(entry.host))?.kind !== 'host') return noKey()
      return ok({ policies: new Map(state.policies).set(entry.host, entry.policyHash) })
    }
    case 'Checkpoint':
      return ok({})
  }
}

const standing = ({ at }: Change) => ({ addedAt: at, removedAt: null, leasedFrom: at, former: [] })
const noKey = (): Refused => refused('trust_entry_refused', 'There is no such key in the team.')
const stands = (key: TeamKey | undefined): key is TeamKey => key !== undefined && key.removedAt === null
const isLastOwner = (state: TeamState, key: TeamKey): boolean => isOwner(key) && ownersOf(state).length === 1
const keepsOwner = (): Refused => refused('trust_entry_refused', 'The last owner can’t be removed.')

async function mayBeKey(c: CryptoPort, state: TeamState, keys: PublicKeys): Promise<Refused | null> {
  if (!(await checkKeys(c, keys))) return refused('trust_entry_invalid', 'keys')
  return state.keys.has(keys.kid) ? refused('trust_entry_refused', 'This key is or was in the team.') : null
}

async function add(c: CryptoPort, state: TeamState, added: TeamKey): Promise<Changed> {
  const refusal = await mayBeKey(c, state, added.keys)
  if (refusal) return refusal
  if (presentKeys(state).length >= limits.keysPerTeam) return refused('team_full')
  return ok({ keys: new Map(state.keys).set(added.keys.kid, added) })
}

function addPasskey(state: TeamState, { kid, passkey }: Of<'AddPasskey'>): Changed {
  const key = state.keys.get(kid)
  if (!stands(key) || key.kind !== 'device') return noKey()
  if (key.passkey)
    return refused('trust_entry_refused', 'This device has its passkey; pair it anew to give it another.')
  return ok({ keys: new Map(state.keys).set(kid, { ...key, passkey }) })
}

function remove(state: TeamState, { kid, at }: Of<'RemoveKey'>): Changed {
  const key = state.keys.get(kid)
  if (!stands(key)) return noKey()
  if (isLastOwner(state, key)) return keepsOwner()
  return ok({ keys: new Map(state.keys).set(kid, { ...key, removedAt: at }), invites: without(state, kid) })
}

const without = ({ invites }: TeamState, kid: string) => new Map([...invites].filter(([invited]) => invited !== kid))

function setRights(state: TeamState, { kid, rights, at }: Of<'SetRights'>, signer: TeamKey): Changed {
  const key = state.keys.get(kid)
  if (!stands(key) || !key.rights) return noKey()
  if (rights.person !== key.rights.person) return refused('trust_entry_refused', 'A device stays its person’s.')
  if (rights.role !== 'owner' && isLastOwner(state, key)) return keepsOwner()
  if (needsSecondOwner(state, rights, signer) && !isSeconded(state, { kid, rights, at }, signer))
    return refused('trust_entry_refused', 'A further owner needs two owners: another one has to invite first.')
  return ok({ keys: new Map(state.keys).set(kid, { ...key, rights }), invites: without(state, kid) })
}

function invite(state: TeamState, { kid, rights, until, at }: Of<'Invite'>, signer: TeamKey): Changed {
  const key = state.keys.get(kid)
  if (!stands(key) || key.rights?.person !== rights.person) return noKey()
  if (until - at > limits.inviteMs) return refused('trust_entry_invalid', 'until')
  return ok({ invites: new Map(state.invites).set(kid, { rights, until, by: signer.rights?.person ?? '' }) })
}

async function rotate(
  c: CryptoPort,
  state: TeamState,
  { kid, keys: fresh, at }: Of<'RotateKey'>,
  signer: TeamKey,
): Promise<Changed> {
  const old = state.keys.get(kid)
  if (!stands(old)) return noKey()
  if (old.rights && needsSecondOwner(state, old.rights, signer))
    return refused('trust_entry_refused', 'An owner’s key is rotated by that owner.')
  const refusal = await mayBeKey(c, state, fresh)
  if (refusal) return refusal
  const keys = new Map(state.keys).set(kid, { ...old, removedAt: at })
  keys.set(fresh.kid, { ...old, keys: fresh, addedAt: at, former: [...old.former, kid] })
  return ok({ keys, invites: without(state, kid) })
}
