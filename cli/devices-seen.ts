import { loadKeys } from '#host-agent/team/keys-file.ts'
import type { TeamPin } from '#host-agent/team/team-pin.ts'
import { systemClock } from '#link/clock.ts'
import { openRelay } from '#link/relay-http.ts'
import type { DeviceView } from '#protocol/records.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import type { Home } from './home.ts'

/** When the relay last saw each device of this host's team, by kid; null where it can't be asked: what the trust log says is shown all the same. */
export async function devicesSeen(home: Home, pin: TeamPin): Promise<ReadonlyMap<string, DeviceView> | null> {
  const url = pin.relay()
  const keys = await loadKeys(nodeCrypto, home.host)
  if (url === null || !keys.ok) return null
  const caller = { crypto: nodeCrypto, keys: keys.value, team: () => pin.state()?.teamId }
  const relay = openRelay({ url, fetch: globalThis.fetch, clock: systemClock, caller })
  const answer = await relay.call('devices.list', { tries: 1 })
  return answer.ok ? new Map(answer.value.devices.map((view) => [view.kid, view])) : null
}
