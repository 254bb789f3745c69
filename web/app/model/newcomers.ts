import type { Store } from '#client/store.ts'
import type { TeamKey, TeamState } from '#trust/trust-log.ts'
import { devicesOf } from '#trust/trust-log.ts'

const KEY = 'app/known-devices'

/** Devices that were let in since somebody last looked here. What was there when this device itself came is known from the start. */
export async function readNewcomers(store: Store, team: TeamState, ownKid: string): Promise<TeamKey[]> {
  const here = team.keys.get(ownKid)?.addedAt ?? 0
  const known = new Set(await store.get<string[]>(KEY))
  return devicesOf(team).filter(({ keys: { kid }, addedAt }) => kid !== ownKid && addedAt > here && !known.has(kid))
}

/** Somebody has seen that this device was let in. */
export const markKnown = (store: Store, kid: string): Promise<unknown> =>
  store.update<string[]>(KEY, (old = []) => (old.includes(kid) ? undefined : [...old, kid]))
