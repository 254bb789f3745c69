import type { Store } from '#client/store.ts'

const VALUES = 'values'

/**
 * The device's store in the browser: one IndexedDB that the page and its worker share. `put` and `update` are on disk when they resolve, as far as a browser can
 * promise that: a decision counts as kept from then on.
 */
export async function openIdbStore(name = 'countersign'): Promise<Store> {
  const opening = indexedDB.open(name, 1)
  opening.onupgradeneeded = () => void opening.result.createObjectStore(VALUES)
  const database = await answerOf(opening)
  // Somebody leaves this team on this phone: what is open of it must not keep it there.
  database.onversionchange = () => database.close()
  const read = () => database.transaction(VALUES).objectStore(VALUES)
  const write = () => database.transaction(VALUES, 'readwrite', { durability: 'strict' }).objectStore(VALUES)

  return {
    get: (key) => answerOf(read().get(key)),
    async put(key, value) {
      const values = write()
      values.put(value, key)
      await isKept(values)
    },
    async delete(key) {
      const values = write()
      values.delete(key)
      await isKept(values)
    },
    async list<T>(prefix: string) {
      const values = read()
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`)
      const [keys, found] = await Promise.all([answerOf(values.getAllKeys(range)), answerOf(values.getAll(range))])
      return keys.map((key, index) => ({ key: String(key), value: found[index] as T }))
    },
    async update<T>(key: string, change: (old: T | undefined) => T | undefined) {
      const values = write()
      const old: T | undefined = await answerOf(values.get(key))
      const next = change(old)
      if (next !== undefined) values.put(next, key)
      await isKept(values)
      return next ?? old
    },
  }
}

const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** Once all that was asked in this transaction is on disk. One that fails aborts, as where the disk is full only when it is to be written. */
const isKept = ({ transaction }: IDBObjectStore): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })
