import { systemClock } from '#link/clock.ts'
import type { Relay } from '#link/relay-http.ts'
import { openRelay } from '#link/relay-http.ts'
import { generateKeys } from '#trust/keys.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'

/** A relay as anybody sees it: only its open routes answer. */
export async function strangerAt(url: string): Promise<Relay> {
  const keys = await generateKeys(nodeCrypto, { extractable: true })
  const caller = { crypto: nodeCrypto, keys, team: () => undefined }
  return openRelay({ url, fetch: globalThis.fetch, clock: systemClock, caller })
}
