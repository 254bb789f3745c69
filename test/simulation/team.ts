import { newId } from '#protocol/ids.ts'
import type { Rights } from '#protocol/statements/trust-entry.ts'
import { exportKeys, type KeyPair } from '#trust/keys.ts'
import { appendEntry, makeAddDevice, makeAddHost, makeGenesis, readLog, type TeamState } from '#trust/trust-log.ts'
import { seeded } from './random.ts'
import { seededCrypto, seededKeys } from './seeded-crypto.ts'

export const startsAt = 1_780_000_000_000

/** Keys and trust log that every run begins with: an owner with two devices, a second person, one who may only look (and who tells the relay everything), and a stranger. */
export type SimulatedTeam = {
  team: TeamState
  host: KeyPair
  hostKeys: string
  owner: KeyPair
  second: KeyPair
  tablet: KeyPair
  viewer: KeyPair
  stranger: KeyPair
  personOf: ReadonlyMap<string, string>
}

export async function simulatedTeam(): Promise<SimulatedTeam> {
  const random = seeded(2_026)
  const crypto = seededCrypto(random)
  const [host, owner, second, tablet, viewer, stranger] = [
    await seededKeys(random),
    await seededKeys(random),
    await seededKeys(random),
    await seededKeys(random),
    await seededKeys(random),
    await seededKeys(random),
  ]
  const now = startsAt - 60_000
  const ada = newId('per', now)
  let team = must(await readLog(crypto, [await makeGenesis(crypto, owner, { person: ada, now })]))
  team = must(await appendEntry(crypto, team, await makeAddHost(crypto, owner, team, { host: host.keys, now })))
  const add = async (device: KeyPair, rights: Rights) => {
    team = must(
      await appendEntry(crypto, team, await makeAddDevice(crypto, owner, team, { device: device.keys, rights, now })),
    )
  }
  const approver = { role: 'approver', hosts: '*', maxTier: 2 } as const
  await add(second, { ...approver, person: newId('per', now) })
  await add(tablet, { ...approver, person: ada })
  await add(viewer, { person: newId('per', now), role: 'viewer', hosts: '*', maxTier: 2 })
  const personOf = new Map([...team.keys].map(([kid, { rights }]) => [kid, rights?.person ?? '']))
  const hostKeys = JSON.stringify(await exportKeys(host))
  return { team, host, hostKeys, owner, second, tablet, viewer, stranger, personOf }
}

export function must<T>(result: { ok: true; value: T } | { ok: false; code: string; detail?: string }): T {
  if (!result.ok) throw new Error(`${result.code} ${result.detail ?? ''}`)
  return result.value
}
