import { type Device, openDevice } from '#client/open-device.ts'
import { memoryStore, type Store } from '#client/store.ts'
import type { Answer } from '#protocol/statements/decision.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import type { KeyPair } from '#trust/keys.ts'
import type { HostLives } from './host-lives.ts'
import { origin } from './host-lives.ts'
import type { Oracle } from './oracle.ts'
import type { Random } from './random.ts'
import { must, type SimulatedTeam } from './team.ts'
import { type Carrier, networkFor } from './virtual-network.ts'
import type { VirtualTime } from './virtual-time.ts'

/** A person with a device: looks now and then at what waits, and taps on what is shown. */
export type Person = { device: Device; store: Store; look(eager: boolean): Promise<void> }

export type PeoplePorts = {
  time: VirtualTime
  random: Random
  crypto: CryptoPort
  carrier: Carrier
  world: SimulatedTeam
  oracle: Oracle
  lives: HostLives
  trace(...what: (string | number)[]): void
}

export async function openPerson(ports: PeoplePorts, keys: KeyPair): Promise<Person> {
  const { time, random, crypto, carrier, world, oracle, lives, trace } = ports
  const { kid } = keys.keys
  const store = memoryStore()
  const { teamId, entries } = world.team
  await store.put('team', { teamId, relay: origin, entries: [...entries] })
  const party = { kid, alive: () => true }
  const clock = time.clock()
  const device = must(
    await openDevice({ relay: origin, store, keys, crypto, clock, ...networkFor(carrier, party, time) }),
  )
  device.connect()

  async function look(eager: boolean): Promise<void> {
    const list = await device.approvals()
    if (!list.ok) return
    for (const card of list.value.cards) {
      oracle.shown(card, lives.host()?.context ?? null)
      if (card.state !== 'open' || card.decision || !(eager || random.chance(0.6))) continue
      const answer: Answer = random.chance(0.75) ? 'approve' : random.chance(0.8) ? 'deny' : 'report'
      const { operation, digest } = card.approval
      const tap = { kid, person: world.personOf.get(kid) ?? kid, approval: card.id, digest, answer }
      oracle.tapped({ ...tap, command: operation.command ?? '' })
      const decided = await device.decide({ approvalId: card.id, answer, shown: { where: 'app', whole: true } })
      trace('tap', kid.slice(0, 4), answer, decided.ok ? decided.value.state : decided.code)
    }
  }
  return { device, store, look }
}
