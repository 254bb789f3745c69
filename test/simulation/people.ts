import { type Device, openDevice } from '#client/open-device.ts'
import type { ApprovalCard } from '#client/read-approval.ts'
import { memoryStore, type Store } from '#client/store.ts'
import type { Answer } from '#protocol/statements/decision.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import type { KeyPair } from '#trust/keys.ts'
import type { HostLives } from './host-lives.ts'
import { origin } from './host-lives.ts'
import type { Oracle } from './oracle.ts'
import type { Random } from './random.ts'
import { must, type SimulatedTeam } from './team.ts'
import type { TeamChanges } from './team-changes.ts'
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
  changes: TeamChanges
  /** Of what the team changes, apart from all other draws. */
  extra: Random
  trace(...what: (string | number)[]): void
}

export async function openPerson(ports: PeoplePorts, keys: KeyPair): Promise<Person> {
  const { time, random, crypto, carrier, world, oracle, lives, trace, changes, extra } = ports
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

  /** How far a yes reaches, where the host offers more than once. */
  function standingBy({ approval: { rule, operation } }: ApprovalCard) {
    if (changes.rules === 0 || !rule || !operation.argv || !extra.chance(changes.rules)) return null
    const [uses, lifeMs] = [1 + extra.below(3), 20_000 + extra.below(60_000)]
    const bound = { argv: operation.argv, uses, expiresAt: Math.min(rule.expiresAt, clock.now() + lifeMs) }
    return { scope: extra.pick(['session', 'rule'] as const), rule: bound, lifeMs }
  }

  async function look(eager: boolean): Promise<void> {
    const list = await device.approvals()
    if (!list.ok) return
    for (const card of list.value.cards) {
      oracle.shown(card, lives.host()?.context ?? null)
      if (card.state !== 'open' || card.decision || !(eager || random.chance(0.6))) continue
      const answer: Answer = random.chance(0.75) ? 'approve' : random.chance(0.8) ? 'deny' : 'report'
      const { operation, digest, task } = card.approval
      const standing = answer === 'approve' ? standingBy(card) : null
      const tap = { kid, person: world.personOf.get(kid) ?? kid, approval: card.id, task, digest, answer }
      const stands = standing && {
        task: standing.scope === 'session' ? task : null,
        uses: standing.rule.uses,
        until: time.elapsed() + standing.lifeMs,
      }
      oracle.tapped({ ...tap, command: operation.command ?? '', ...(stands ? { stands } : {}) })
      const isFrozen = device.context.team.fork() !== null
      const decided = await device.decide({
        approvalId: card.id,
        answer,
        shown: { where: 'app', whole: true },
        ...(standing ? { scope: standing.scope, rule: standing.rule } : {}),
      })
      if (isFrozen && decided.ok) oracle.note('forged', `${card.id} was decided on a device that is frozen`)
      trace('tap', kid.slice(0, 4), answer, decided.ok ? decided.value.state : decided.code)
    }
  }
  return { device, store, look }
}
