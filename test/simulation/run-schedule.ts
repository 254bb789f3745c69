import { removeKey } from '#client/remove-key.ts'
import { hostIdOf } from '#protocol/ids.ts'
import type { Lease } from '#protocol/statements/trust-entry.ts'
import { hostLives, projectRoot } from './host-lives.ts'
import { hostileCarrier } from './hostile-carrier.ts'
import { invent } from './invent.ts'
import { inventMore } from './invent-more.ts'
import { type EndPorts, isOver, judgeEnd } from './judge-end.ts'
import { disks } from './node/disks.ts'
import { createOracle, type Violation } from './oracle.ts'
import { openPerson, type Person } from './people.ts'
import { type Random, seeded } from './random.ts'
import { type RelayRows, relayRows } from './relay-rows.ts'
import { seededCrypto } from './seeded-crypto.ts'
import type { SimulatedTeam } from './team.ts'
import {
  beginsAt,
  changeRights,
  changesSeed,
  forkLog,
  leasedUntil,
  takesRights,
  teamChangesOf,
  temptingSeed,
  temptRule,
} from './team-changes.ts'
import { temperOf } from './temper.ts'
import { virtualDisk } from './virtual-disk.ts'
import { virtualTime } from './virtual-time.ts'

/** What stands for this process's chance and clocks while a run is on. */
export type Globals = {
  use(random: Random, elapsed: () => number): void
  /** Resolves when nobody has anything left to do before time moves on. */
  quiet(): Promise<void>
}

export type Run = {
  seed: number
  violations: Violation[]
  executed: number
  lives: number
  trace: string
  story: string[]
}

const hostileMs = 45_000
const calmMs = 150_000

/** One run: a team, a relay that is against it for a minute and honest for two, and all that it did wrong. */
export async function runSchedule(seed: number, world: SimulatedTeam, globals: Globals): Promise<Run> {
  const random = seeded(seed)
  const temper = temperOf(random)
  const extra = seeded(changesSeed(seed))
  const changes = teamChangesOf(extra)
  const time = virtualTime(beginsAt(changes), globals.quiet)
  globals.use(seeded(seed ^ 0x5bd1e995), time.elapsed)
  const crypto = seededCrypto(random)
  const oracle = createOracle(temper)
  const story: string[] = [`temper ${JSON.stringify({ ...temper, ...changes })}`]
  const hash = tracer()
  const trace = (...what: (string | number)[]) => {
    const line = `${time.elapsed()} ${what.join(' ')}`
    hash.add(line)
    story.push(line)
  }
  const hostId = hostIdOf(world.host.keys.kid)
  const clock = time.clock()
  const carrier = hostileCarrier({ time, random, temper, rows: () => rows, trace })
  const rows: RelayRows = relayRows({ now: clock.now, hostId, send: carrier.send })
  rows.entries.push(...world.team.entries)
  if (changes.lapse) rows.leases = []
  rows.withholdsLeases = changes.lapse?.withheld ?? false
  const project = virtualDisk(projectRoot, (run) => run())
  disks.set(projectRoot, project)
  let died = 0

  const lives = hostLives({
    time,
    random,
    temper,
    crypto,
    carrier,
    world,
    oracle,
    trace,
    ageOf(id) {
      const posted = carrier.postedAt.get(id)
      if (posted === undefined) return null
      return time.elapsed() - posted - (temper.setClock ? lives.unknownSince(posted) : 0)
    },
    leasedUntil(kid) {
      if (changes.lapse === null || kid === world.owner.keys.kid) return Number.POSITIVE_INFINITY
      const renewed = (rows.leases ?? []).map(
        (jws) => JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as Lease,
      )
      return Math.max(leasedUntil, ...renewed.filter((lease) => lease.kid === kid).map(({ until }) => until))
    },
    hangUp(kid) {
      died += 1
      for (const line of [...rows.lines]) if (line.kid === kid) rows.lines.delete(line)
    },
  })
  const asked = () => [...(lives.host()?.context.memory.approvals.values() ?? [])]
  const quietly = (work: Promise<unknown>) =>
    void work.catch((error: Error) => oracle.note('broken', `${error.message} ${error.stack?.split('\n')[1] ?? ''}`))
  const every = (mean: number, until: number, act: () => void, by = random) => {
    const next = () => {
      if (time.elapsed() > until) return
      act()
      time.after(by.next() * 2 * mean * 1_000, next)
    }
    if (mean > 0) time.after(by.next() * 2 * mean * 1_000, next)
  }

  try {
    lives.start()
    const people: Person[] = []
    const ports = { time, random, crypto, carrier, world, oracle, lives, trace, changes, extra }
    const isChanging = takesRights(changes) || changes.rules > 0
    const more = [world.second, world.tablet].filter(
      () => random.chance(temper.persons === 2 ? 0.9 : 0.4) || isChanging,
    )
    for (const keys of [world.owner, ...more]) people.push(await openPerson(ports, keys))
    const owner = people[0] as Person

    // Tasks: the same command more than once, so that one decision could pass for another.
    const tasks = 1 + random.below(3)
    // What stands for one task must not be taken for another's: each is told apart by its text.
    const ownWords = (n: number) => (changes.rules > 0 ? ' '.repeat(n) : '')
    const submitted: string[] = []
    async function submit({ device }: Person, commands: string[], apart = ''): Promise<void> {
      const answer = await device.submitTask({ hostId, text: JSON.stringify(commands) + apart })
      // What a removed device asks for, or one that may less, is refused, and rightly.
      const isSure = takesRights(changes)
        ? device === owner.device
        : !temper.remove || device.kid !== world.second.keys.kid
      if (answer.ok && isSure) submitted.push(answer.value.head.id)
    }
    for (let n = 0; n < tasks; n += 1) {
      const commands = Array.from({ length: 1 + random.below(3) }, () => `rm -r out-${random.below(3)}`)
      time.after(random.below(20_000), () => quietly(submit(random.pick(people), commands, ownWords(n))))
    }
    // What stands is only of use to who asks again.
    for (let n = tasks; changes.rules > 0 && n < tasks + 3; n += 1) {
      const commands = Array.from({ length: 3 }, () => `rm -r out-${extra.below(2)}`)
      time.after(extra.below(40_000), () => quietly(submit(owner, commands, ownWords(n))))
    }
    const changing = { crypto, random: extra, world, owner, rows, now: clock.now }
    if (changes.rights) every(12, hostileMs, () => quietly(changeRights(changing)), extra)
    const tempting = seeded(temptingSeed(seed))
    let tempted = tasks + 3
    const standing = () =>
      oracle.taps.filter((tap) => tap.stands?.task === null && time.elapsed() < tap.stands.until - 10_000)
    // A host that freezes has something to hold back only while something stands.
    function forkSoon(): void {
      const isDue = changes.rules === 0 || standing().length > 0 || time.elapsed() > hostileMs / 2
      if (isDue) quietly(forkLog(changing))
      else time.after(1_000, forkSoon)
    }
    if (changes.fork) time.after(extra.below(hostileMs / 2), forkSoon)
    async function tempt(): Promise<void> {
      if (!changes.rights && !lives.host()?.context.team.fork()) return
      const command = await temptRule({ random: tempting, owner }, changes, standing())
      if (command !== null) await submit(owner, [command], ownWords(tempted++))
    }
    if (changes.rules > 0 && (changes.rights || changes.fork))
      every(2, hostileMs + 20_000, () => quietly(tempt()), tempting)
    for (const person of people) every(7, hostileMs + calmMs, () => quietly(person.look(time.elapsed() > hostileMs)))
    const team = () => lives.host()?.context.team.state() ?? world.team
    const { inventEvery } = temper
    const inventing = { crypto, random, rows, carrier, world, asked, hostId, now: clock.now }
    every(inventEvery, hostileMs, () => quietly(invent({ ...inventing, team })))
    const inventingMore = { ...inventing, random: extra, team, tapped: oracle.tapped }
    if (isChanging) every(1, hostileMs, () => quietly(inventMore(inventingMore)), extra)
    if (temper.repeat > 0) every(15, hostileMs, () => carrier.replay())
    every(temper.dieEvery, hostileMs, () => lives.dieSoon())
    if (temper.setClock)
      time.after(random.below(hostileMs), () => lives.setClock(random.pick([-86_400_000, 86_400_000, -90_000])))
    if (temper.remove)
      time.after(random.below(hostileMs), () => quietly(removeKey(owner.device.context, world.second.keys.kid)))
    if (temper.changeFiles)
      every(8, hostileMs, () => {
        const content = Buffer.from('x'.repeat(1 + random.below(50)))
        project.files.set(`${projectRoot}/project/out-${random.below(3)}`, { content, durable: content })
      })
    every(15, hostileMs + calmMs, () => {
      if ((rows.inboxes.get(hostId) ?? []).length > 0) rows.tellHost(hostId, { type: 'inbox.waiting' })
    })

    await time.run(hostileMs)
    trace('calm')
    carrier.heal()
    rows.twin = null
    rows.forgedLeases = []
    lives.calm()
    const end: EndPorts = { crypto, temper, changes, oracle, lives, people, rows, world, submitted }
    for (let spent = 0; spent < calmMs && (spent < 20_000 || !isOver(end)); spent += 10_000) await time.run(10_000)
    await judgeEnd(end)
  } catch (error) {
    oracle.note(
      'broken',
      error instanceof Error ? `${error.message} ${error.stack?.split('\n')[1] ?? ''}` : String(error),
    )
  }
  disks.clear()
  return {
    seed,
    violations: oracle.violations,
    executed: oracle.executions.size,
    lives: died + 1,
    trace: hash.value(),
    story,
  }
}

/** FNV-1a over everything that happened: two runs are the same when this is. */
function tracer() {
  let value = 0x811c9dc5
  return {
    add(text: string) {
      for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
    },
    value: () => (value >>> 0).toString(16),
  }
}
