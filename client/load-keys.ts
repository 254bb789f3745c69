import type { CryptoPort } from '#trust/crypto.ts'
import type { KeyPair } from '#trust/keys.ts'
import { generateKeys } from '#trust/keys.ts'
import type { Store } from './store.ts'

/**
 * This device's keys, made at the first call and never extractable: they can be used by whoever runs in this store, and copied by nobody. Only for
 * stores that can hold a CryptoKey (IndexedDB, memory); a terminal keeps its keys in a file of its own.
 */
export async function loadKeys(crypto: CryptoPort, store: Store): Promise<KeyPair> {
  const known = await store.get<KeyPair>('keys')
  if (known) return known
  const made = await generateKeys(crypto, { extractable: false })
  // Page and worker may both come here first: whoever was first is right.
  return (await store.update<KeyPair>('keys', (old) => (old ? undefined : made))) ?? made
}
