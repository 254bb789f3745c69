import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { KeyPair } from '#trust/keys.ts'
import { makeRotateKey } from '#trust/trust-log.ts'
import { extendTeam } from './extend-team.ts'
import { listApprovals } from './list-approvals.ts'
import type { Device } from './open-device.ts'
import { flushOutbox } from './outbox.ts'
import { flushPosts } from './posts.ts'

/** Where a device keeps its own keys: what it signs with now and, while the team does not know them yet, the next ones. */
export type KeyKeep = {
  /** Null: no change of keys is under way. */
  next(): Promise<KeyPair | null>
  /** The next keys, made where there are none; they are on disk when it resolves, as the trust log may know them from then on. */
  makeNext(): Promise<KeyPair>
  /** The next keys are this device's from now on, and the former ones are gone. Doing it again changes nothing. */
  switchOver(): Promise<void>
}

/** `open`: a device on this one's store with other keys. */
export type Rotation = { keep: KeyKeep; open(keys: KeyPair): Promise<Result<Device>> }

/**
 * New keys for this device, which stays who it is: the old key signs the entry (RotateKey), and once the trust log has it the store switches over. What waits here is sent
 * before, and what is open is read, as both are bound to the old keys. Open the device anew afterwards. Errors: `relay_unreachable` (something is still unsent), those of
 * `extendTeam` and of the calls; the next keys are kept, and the next try or start goes on.
 */
export async function rotateKey(device: Device, rotation: Rotation): Promise<Result<{ kid: string }>> {
  const { context } = device
  const { crypto, keys } = context
  if ((await flushOutbox(context)).length > 0 || (await flushPosts(context)).length > 0)
    return refused('relay_unreachable', 'Something of this device is still unsent.')
  const seen = await listApprovals(context)
  if (!seen.ok) return seen
  const next = await rotation.keep.makeNext()
  const { kid } = keys.keys
  const told = await extendTeam(context, async (team, now) =>
    ok(team.keys.has(next.keys.kid) ? null : await makeRotateKey(crypto, keys, team, { kid, keys: next.keys, now })),
  )
  // From the entry on the old key is let in nowhere: whether it stands is asked by the next ones.
  if (await finishRotation(rotation)) return ok({ kid: next.keys.kid })
  return told.ok ? refused('trust_head_moved') : told
}

/**
 * Goes on where a change of keys was interrupted; to be called before a device is opened. True: the trust log has the next keys, and they are this device's. False: there are
 * none, or the team does not know them; the keys of before go on, and the next ones are kept.
 */
export async function finishRotation({ keep, open }: Rotation): Promise<boolean> {
  const next = await keep.next()
  if (!next) return false
  const device = await open(next)
  if (!device.ok || !device.value.team()) return false
  const team = await device.value.syncTeam()
  if (!team.ok || team.value.keys.get(next.keys.kid)?.removedAt !== null) return false
  await keep.switchOver()
  return true
}
