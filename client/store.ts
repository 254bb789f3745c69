/**
 * Where a device keeps what it knows: values that survive structured cloning, by key. IndexedDB in the app (page and worker share it), files in a
 * terminal. `put` and `update` have to be durable when they resolve: a decision counts as kept from then on.
 */
export type Store = {
  get<T>(key: string): Promise<T | undefined>
  put<T>(key: string, value: T): Promise<void>
  delete(key: string): Promise<void>
  /** Everything whose key begins with `prefix`, ordered by key. */
  list<T>(prefix: string): Promise<{ key: string; value: T }[]>
  /** Read and write as one step, as the app's page and its worker work at the same time. `change` returning undefined leaves the value alone. */
  update<T>(key: string, change: (old: T | undefined) => T | undefined): Promise<T | undefined>
}

/** A store that is gone with its process: for tests, and for programs that pair anew each time. */
export function memoryStore(): Store {
  const values = new Map<string, unknown>()
  const read = <T>(key: string) => structuredClone(values.get(key)) as T | undefined
  return {
    get: async <T>(key: string) => read<T>(key),
    put: async (key, value) => void values.set(key, structuredClone(value)),
    delete: async (key) => void values.delete(key),
    list: async <T>(prefix: string) =>
      [...values.keys()]
        .filter((key) => key.startsWith(prefix))
        .sort()
        .map((key) => ({ key, value: read<T>(key) as T })),
    update: async <T>(key: string, change: (old: T | undefined) => T | undefined) => {
      const next = change(read<T>(key))
      if (next !== undefined) values.set(key, structuredClone(next))
      return read<T>(key)
    },
  }
}
