import type { Relay } from './relay-http.ts'

/** The relay, and the way to the addresses that it hands out. */
export type BlobStore = Pick<Relay, 'call' | 'fetch'>

/** Milliseconds that one transfer may take: as long as its address lives. */
const patienceMs = 300_000

/** Null: nobody answered. */
export async function transfer(
  { fetch }: BlobStore,
  url: string,
  init: RequestInit,
  signal: AbortSignal | undefined,
): Promise<Response | null> {
  const late = AbortSignal.timeout(patienceMs)
  const stop = signal ? AbortSignal.any([signal, late]) : late
  try {
    return await fetch(url, { ...init, credentials: 'omit', redirect: 'error', signal: stop })
  } catch {
    return null
  }
}
