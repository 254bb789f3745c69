import type { Driver, RunContext } from '#host-agent/agents/driver.ts'
import { parseLine } from '#host-agent/audit/parse-line.ts'
import { type OpenHost, openHost } from '#host-agent/open-host.ts'
import { pause } from '#link/clock.ts'
import { hostIdOf } from '#protocol/ids.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { disks } from './node/disks.ts'
import type { Oracle } from './oracle.ts'
import type { Random } from './random.ts'
import type { SimulatedTeam } from './team.ts'
import type { Temper } from './temper.ts'
import { type VirtualDisk, virtualDisk } from './virtual-disk.ts'
import { type Carrier, networkFor, type Party } from './virtual-network.ts'
import type { VirtualTime } from './virtual-time.ts'

export const origin = 'https://relay.sim'
export const projectRoot = '/sim/p'

export type HostLives = {
  /** Null while the machine is down. */
  host(): OpenHost | null
  start(): void
  /** The machine will die at some operation of its disk soon, and come back. */
  dieSoon(): void
  /** No more deaths; what is down comes back. */
  calm(): void
  setClock(by: number): void
  /** Milliseconds since then that no host can know of once its clock was set: between two lines of its journal, and while it was off. */
  unknownSince(elapsed: number): number
  disk(): VirtualDisk
  folder(): string
}

export type LivesPorts = {
  time: VirtualTime
  random: Random
  temper: Temper
  crypto: CryptoPort
  carrier: Carrier
  world: SimulatedTeam
  oracle: Oracle
  ageOf(approvalId: string): number | null
  leasedUntil(kid: string): number
  hangUp(kid: string): void
  trace(...what: (string | number)[]): void
}

/** One host through all its lives: each begins with what the disk kept of the one before. */
export function hostLives(ports: LivesPorts): HostLives {
  const { time, random, temper, crypto, carrier, world, oracle, trace } = ports
  const { kid } = world.host.keys
  let life = 0
  let host: OpenHost | null = null
  let calm = false
  let synced = 0
  let gapFrom: number | null = null
  const gaps: (readonly [from: number, to: number])[] = []
  // A sync takes from one to twenty milliseconds.
  let disk = virtualDisk('/sim/h0', (run) => {
    if (gapFrom !== null) gaps.push([gapFrom, time.elapsed()])
    gapFrom = null
    synced = time.elapsed()
    time.after(1 + random.below(20), run)
  })
  const clock = time.clock()
  const put = (name: string, text: string) => {
    const content = Buffer.from(text)
    disk.files.set(`${disk.root}/${name}`, { content, durable: content })
  }
  put('keys.json', world.hostKeys)
  const { teamId, entries } = world.team
  put('team.json', JSON.stringify({ teamId, relay: origin, entries, names: {} }))

  function died(): void {
    trace('died', life)
    host = null
    gapFrom ??= synced
    ports.hangUp(kid)
    disks.delete(disk.root)
    life += 1
    disk = disk.crash(`/sim/h${life}`, random)
    time.after(calm ? 10 : 100 + random.below(20_000), start)
  }

  function start(): void {
    live().catch((error: Error) => oracle.note('broken', `the host does not start: ${error.stack ?? error.message}`))
  }

  async function live(): Promise<void> {
    const mine = disk
    disks.set(mine.root, mine)
    const party: Party = { kid, alive: () => !mine.dead() }
    void mine.death.then(died)
    if (!calm && temper.dieEvery > 0 && random.chance(0.2)) mine.dieAt(1 + random.below(12))
    const approval = { expiresMinutes: temper.minutes, releaseMinutes: temper.minutes, persons: temper.persons }
    const opened = await Promise.race([
      mine.death,
      openHost({
        crypto,
        folder: mine.root,
        worktrees: `${mine.root}/worktrees`,
        relayUrl: origin,
        appOrigin: undefined,
        projects: [{ path: `${projectRoot}/project`, name: 'project', checks: {} }],
        drivers: [driverOf(() => host, mine)],
        routes: [],
        policy: { policy: { version: 1, rules: [], approval }, policyHash: 'P'.repeat(43) },
        fileProblem: null,
        sandbox: null,
        allowUnproven: false,
        environment: {},
        name: 'host',
        version: '0',
        log: (event, fields) => trace('host', event, String(fields?.code ?? '')),
        clock: { now: clock.now, after: (ms, run) => time.after(ms, () => (mine.dead() ? undefined : run())) },
        ...networkFor(carrier, party, time),
        tell: () => {},
        terminals: () => [],
      }),
    ])
    if (!opened || mine.dead()) return
    if (!opened.ok) return oracle.note('broken', `the host does not start: ${opened.code} ${opened.detail ?? ''}`)
    host = opened.value
    host.connect()
  }

  /** An agent that does what it may and forgets what it did when its machine dies: then it asks for all of it again. */
  function driverOf(host: () => OpenHost | null, mine: VirtualDisk): Driver {
    const run = async (context: RunContext) => {
      const commands = JSON.parse(context.text) as string[]
      const wait = (ms: number) => pause({ now: clock.now, after: (_, act) => time.after(ms, act) }, ms)
      // An agent takes its time to begin, also anew: a decision may be there before it asks.
      await wait(random.below(6_000))
      for (const command of commands) {
        const request = { kind: 'command', driver: 'acp:sim', binding: 'fenced', input: { command }, command } as const
        const answer = await context.ask({ ...request, edits: [], paths: [], reads: false, unknown: [] })
        const now = host()
        if (answer.answer !== 'allow' || !now || mine.dead()) continue
        const { approvalId } = answer
        const spent = (id: string) => holdsConsume(mine, id)
        const age = approvalId === null ? null : ports.ageOf(approvalId)
        const taskId =
          [...now.context.memory.tasks.values()].find(({ request }) => request.text === context.text)?.id ?? null
        const { leasedUntil } = ports
        const by = approvalId === null ? ruleOf(mine, taskId) : null
        const deed = { approvalId, by, taskId, command, host: now.context, spent, age, elapsed: time.elapsed() }
        oracle.executed({ ...deed, leasedUntil })
        trace('executed', command)
        await wait(random.below(3_000))
        if (approvalId !== null && !mine.dead() && random.chance(0.9)) context.executed(approvalId, 0)
      }
      return { state: 'completed' } as const
    }
    return { name: 'sim', title: 'Simulated', start: (context) => ({ ended: run(context), interrupt() {} }) }
  }

  return {
    host: () => host,
    start,
    disk: () => disk,
    folder: () => disk.root,
    setClock(by) {
      gapFrom ??= synced
      clock.set(by)
    },
    unknownSince: (elapsed) => gaps.reduce((sum, [from, to]) => sum + Math.max(0, to - Math.max(from, elapsed)), 0),
    dieSoon() {
      const mine = disk
      if (!calm && host) mine.dieAt(1 + random.below(25))
    },
    calm() {
      calm = true
      if (host) disk.dieAt(Number.POSITIVE_INFINITY)
    },
  }
}

/** By what the last operation of a task ran that nobody was asked about. */
function ruleOf(disk: VirtualDisk, taskId: string | null): string | null {
  const lines = disk.files.get(`${disk.root}/journal.jsonl`)?.content.toString('utf8').trim().split('\n') ?? []
  const last = lines
    .map((line) => parseLine(Buffer.from(line))?.entry)
    .findLast((entry) => entry?.type === 'verdict' && entry.taskId === taskId)
  return last?.type === 'verdict' ? (last.standing ?? null) : null
}

function holdsConsume(disk: VirtualDisk, approvalId: string): boolean {
  const lines = disk.files.get(`${disk.root}/journal.jsonl`)?.durable.toString('utf8').split('\n') ?? []
  return lines.some((line) => line.includes('"type":"consume"') && line.includes(approvalId))
}

export const hostIdOfWorld = ({ host }: SimulatedTeam): string => hostIdOf(host.keys.kid)
