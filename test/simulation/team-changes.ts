import { removeKey } from '#client/remove-key.ts'
import { setRights } from '#client/set-rights.ts'
import { limits } from '#protocol/limits.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { appendEntry, makeRemoveKey, makeSetRights, readLog } from '#trust/trust-log.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'
import type { RelayRows } from './relay-rows.ts'
import { must, type SimulatedTeam, startsAt } from './team.ts'

/** What the team does with its own trust while its work goes on, and what the relay makes of that. */
export type TeamChanges = {
  /** How likely a yes stands for more than once. */
  rules: number
  /** An owner gives the other devices less, and more again. */
  rights: boolean
  /** The owner's keys sign a second branch, as on a phone restored from a copy does, and the relay shows to each what it likes. */
  fork: boolean
  /** All leases but the owner's end in the hostile minute. `withheld`: nobody ever hears that they were renewed. Null: they last. */
  lapse: { inMs: number; withheld: boolean } | null
}

/** Drawn apart from all else (see `changesSeed`), so that a seed that was once named goes on telling its story. Half of the runs have none of it. */
export function teamChangesOf(random: Random): TeamChanges {
  if (random.chance(0.5)) return { rules: 0, rights: false, fork: false, lapse: null }
  return {
    rules: random.chance(0.5) ? 0.8 : 0,
    rights: random.chance(0.4),
    fork: random.chance(0.25),
    lapse: random.chance(0.25) ? { inMs: 5_000 + random.below(35_000), withheld: random.chance(0.5) } : null,
  }
}

/** The stream of these draws: chosen so that the seeds that simulation.test.ts names are among those without. */
export const changesSeed = (seed: number): number => seed ^ 0x2

/** Whether somebody loses rights on the way: then nothing is owed to what they said. */
export const takesRights = ({ rights, fork, lapse }: TeamChanges): boolean => rights || fork || lapse !== null

const foundedAt = startsAt - 60_000
/** When a run begins: as the team is founded, or just before its leases end. */
export const beginsAt = ({ lapse }: TeamChanges): number =>
  lapse === null ? startsAt : foundedAt + limits.leaseMs - lapse.inMs
/** Until when a device of the team may decide by the log alone. */
export const leasedUntil = foundedAt + limits.leaseMs

export type ChangePorts = {
  crypto: CryptoPort
  random: Random
  world: SimulatedTeam
  owner: Person
  rows: RelayRows
  now(): number
}

const less = [
  { role: 'viewer', hosts: '*', maxTier: 2 },
  { role: 'approver', hosts: '*', maxTier: 1 },
  { role: 'approver', hosts: [], maxTier: 2 },
  { role: 'approver', hosts: '*', maxTier: 2 },
] as const

/** An owner gives one of the other devices other rights, the ones of before among them. */
export async function changeRights({ random, world, owner }: ChangePorts): Promise<void> {
  const { kid } = random.pick([world.second, world.tablet]).keys
  const { role, maxTier, hosts } = random.pick(less)
  await setRights(owner.device.context, { kid, rights: { role, maxTier, hosts: hosts === '*' ? '*' : [...hosts] } })
}

/** The stream of what follows, apart from the others for the same reason. */
export const temptingSeed = (seed: number): number => seed ^ 0x3

/**
 * What lets something run without a question is put to the proof while it stands: whoever made it is given less, and the same is asked for again. Left to chance, both seldom
 * meet within a rule's short life. Answers the command to be asked for; null: nothing stands.
 */
export async function temptRule(
  { random, owner }: Pick<ChangePorts, 'random' | 'owner'>,
  { rights }: TeamChanges,
  standing: readonly { kid: string; command: string }[],
): Promise<string | null> {
  if (standing.length === 0) return null
  const { kid, command } = random.pick(standing)
  const viewer = { role: 'viewer', hosts: '*', maxTier: 2 } as const
  if (rights && kid !== owner.device.kid) await setRights(owner.device.context, { kid, rights: viewer })
  return command
}

/** The owner's keys sign at two phones what belongs in one place of the log; from here on the relay has two logs to show. */
export async function forkLog(ports: ChangePorts): Promise<void> {
  const { crypto, random, world, owner, rows, now } = ports
  const before = must(await readLog(crypto, rows.entries))
  const rights = {
    person: world.personOf.get(world.second.keys.kid) ?? '',
    role: 'viewer',
    hosts: '*',
    maxTier: 2,
  } as const
  const entries = [
    (team = before) => makeRemoveKey(crypto, world.owner, team, { kid: world.tablet.keys.kid, now: now() }),
    (team = before) => makeSetRights(crypto, world.owner, team, { kid: world.second.keys.kid, rights, now: now() }),
  ]
  let twin = before
  for (const make of entries.slice(random.below(2))) {
    // Whoever has left in the meantime can't be taken out once more.
    const next = await appendEntry(crypto, twin, await make(twin))
    if (next.ok) twin = next.value
  }
  const sides = new Map<string, boolean>()
  rows.twin = {
    entries: [...twin.entries],
    shownTo(kid) {
      const isShown = random.chance(0.5) ? random.chance(0.5) : (sides.get(kid) ?? random.chance(0.5))
      sides.set(kid, isShown)
      return isShown
    },
  }
  // The other phone knows nothing of it. Which of the two goes first is the relay's to choose.
  if (random.chance(0.5)) await removeKey(owner.device.context, world.second.keys.kid)
  else await changeRights(ports)
}
