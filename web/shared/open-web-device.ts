import { loadKeys } from '#client/load-keys.ts'
import type { Device } from '#client/open-device.ts'
import { openDevice } from '#client/open-device.ts'
import type { Result } from '#protocol/errors.ts'
import { webCrypto } from '#trust/web-crypto.ts'
import { openIdbStore } from './idb-store.ts'
import { readTeams } from './web-teams.ts'

/**
 * This browser as a device of a team: of the one at this `place`, or of the one that is shown. Page and worker call it alike and get the same keys, which nobody can copy out.
 * Errors: `state_damaged`.
 */
export async function openWebDevice(place?: string): Promise<Result<Device>> {
  const store = await openIdbStore(place ?? (await readTeams()).shown)
  return openDevice({
    relay: location.origin,
    store,
    keys: await loadKeys(webCrypto, store),
    crypto: webCrypto,
    fetch: (...call) => fetch(...call),
    WebSocket,
  })
}
