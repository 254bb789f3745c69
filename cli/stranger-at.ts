import { systemClock } from '#link/clock.ts'
import type { Relay } from '#link/relay-http.ts'
import { openRelay } from '#link/relay-http.ts'
import { generateKeys } from '#trust/keys.ts'
import { webCrypto } from '#trust/web-crypto.ts'

/** A relay as anybody sees it: only its open routes answer. */
export async function strangerAt(url: string): Promise<Relay> {
  const keys = await generateKeys(webCrypto, { extractable: false })
  const caller = { crypto: webCrypto, keys, team: () => undefined }
  return openRelay({ url, fetch: globalThis.fetch, clock: systemClock, caller })
}
