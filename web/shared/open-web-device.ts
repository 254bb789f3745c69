import type { Rotation } from '#client/finish-rotation.ts'
import { finishRotation } from '#client/finish-rotation.ts'
import { keysInStore, loadKeys } from '#client/load-keys.ts'
import type { Device } from '#client/open-device.ts'
import { openDevice } from '#client/open-device.ts'
import type { Store } from '#client/store.ts'
import type { Result } from '#protocol/errors.ts'
import type { KeyPair } from '#trust/keys.ts'
import { webCrypto } from '#trust/web-crypto.ts'
import { post } from './bulletin.ts'
import { openIdbStore } from './idb-store.ts'
import { readTeams } from './web-teams.ts'

/** Whoever has tapped wants to know within a breath that it is kept, and a worker may be ended before a hanging network is given up. Milliseconds. */
const PATIENCE_MS = 2_000

/**
 * This browser as a device of a team: of the one at this `place`, or of the one that is shown. Page and worker call it alike and get the same keys, which nobody can copy out.
 * A change of keys that was interrupted is finished first. Errors: `state_damaged`.
 */
export async function openWebDevice(place?: string): Promise<Result<Device>> {
  const store = await openIdbStore(place ?? (await readTeams()).shown)
  const rotation = webRotation(store)
  await finishRotation(rotation)
  return rotation.open(await loadKeys(webCrypto, store))
}

/** How this browser's device gets new keys. */
export const webRotation = (store: Store): Rotation => ({
  keep: keysInStore(webCrypto, store),
  open: (keys: KeyPair) =>
    openDevice({
      relay: location.origin,
      store,
      keys,
      crypto: webCrypto,
      fetch: (...call) => fetch(...call),
      WebSocket,
      patience: { ms: PATIENCE_MS, tried: () => post({ type: 'tried' }) },
    }),
})
