import { type Device, openDevice } from '#client/open-device.ts'
import { memoryStore } from '#client/store.ts'
import { nodeWebSocket } from '#link/node/web-socket.ts'
import { generateKeys } from '#trust/keys.ts'
import { webCrypto } from '#trust/web-crypto.ts'
import { must } from './host-world.ts'

/** A device that belongs to no team yet, in memory. */
export async function newDevice(relay: string, keys?: Device['context']['keys']): Promise<Device> {
  return must(
    await openDevice({
      relay,
      store: memoryStore(),
      keys: keys ?? (await generateKeys(webCrypto, { extractable: false })),
      crypto: webCrypto,
      fetch,
      WebSocket: nodeWebSocket,
    }),
  )
}
