import { openDB } from 'idb'
import type { Store } from '#client/store.ts'

const VALUES = 'values'

/**
 * The device's store in the browser: one IndexedDB that the page and its worker share. `put` and `update` are on disk when they resolve, as far as a browser can
 * promise that: a decision counts as kept from then on.
 */
export async function openIdbStore(name = 'countersign'): Promise<Store> {
  const database = await openDB(name, 1, {
    upgrade: (fresh) => void fresh.createObjectStore(VALUES),
    // Somebody leaves this team on this phone: what is open of it must not keep it there.
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  })
  const write = () => database.transaction(VALUES, 'readwrite', { durability: 'strict' })

  return {
    get: (key) => database.get(VALUES, key),
    async put(key, value) {
      const change = write()
      await change.store.put(value, key)
      await change.done
    },
    async delete(key) {
      const change = write()
      await change.store.delete(key)
      await change.done
    },
    async list<T>(prefix: string) {
      const read = database.transaction(VALUES)
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`)
      const [keys, values] = await Promise.all([read.store.getAllKeys(range), read.store.getAll(range)])
      return keys.map((key, index) => ({ key: String(key), value: values[index] as T }))
    },
    async update<T>(key: string, change: (old: T | undefined) => T | undefined) {
      const step = write()
      const old: T | undefined = await step.store.get(key)
      const next = change(old)
      if (next !== undefined) await step.store.put(next, key)
      await step.done
      return next ?? old
    },
  }
}
