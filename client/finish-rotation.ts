import type { Result } from '#protocol/errors.ts'
import type { KeyPair } from '#trust/keys.ts'
import type { Device } from './open-device.ts'

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
