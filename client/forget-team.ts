import type { Store } from './store.ts'

/** Forgets the team, this device's keys and all it has kept: the way out of a fork, before it pairs anew with fresh keys. Can't be taken back. */
export async function forgetTeam(store: Store): Promise<void> {
  for (const { key } of await store.list('')) await store.delete(key)
}
