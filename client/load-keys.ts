import type { CryptoPort } from '#trust/crypto.ts'
import type { KeyPair } from '#trust/keys.ts'
import { generateKeys } from '#trust/keys.ts'
import type { KeyKeep } from './finish-rotation.ts'
import type { Store } from './store.ts'

const NOW = 'keys'
const NEXT = 'keys-next'

/**
 * This device's keys, made at the first call and never extractable: they can be used by whoever runs in this store, and copied by nobody. Only for
 * stores that can hold a CryptoKey (IndexedDB, memory); a terminal keeps its keys in a file of its own.
 */
export const loadKeys = (crypto: CryptoPort, store: Store): Promise<KeyPair> => readOrMake(crypto, store, NOW)

/** Keys that are changed in the same store. */
export const keysInStore = (crypto: CryptoPort, store: Store): KeyKeep => ({
  next: async () => (await store.get<KeyPair>(NEXT)) ?? null,
  makeNext: () => readOrMake(crypto, store, NEXT),
  async switchOver() {
    const next = await store.get<KeyPair>(NEXT)
    if (!next) return
    await store.put(NOW, next)
    await store.delete(NEXT)
  },
})

async function readOrMake(crypto: CryptoPort, store: Store, key: string): Promise<KeyPair> {
  const known = await store.get<KeyPair>(key)
  if (known) return known
  const made = await generateKeys(crypto, { extractable: false })
  // Page and worker may both come here first: whoever was first is right.
  return (await store.update<KeyPair>(key, (old) => (old ? undefined : made))) ?? made
}
