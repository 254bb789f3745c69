import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GateAnswer, ToolRequest } from '#host-agent/agents/driver.ts'
import { createGate, type Gate } from '#host-agent/approvals/gate.ts'
import type { HostContext } from '#host-agent/context.ts'
import { createFileHasher } from '#host-agent/files.ts'
import { createDisk } from '#host-agent/journal/disk.ts'
import { openJournal } from '#host-agent/journal/journal.ts'
import type { JournalEntry, JournalLine } from '#host-agent/journal/journal-entry.ts'
import { type ApprovalMemory, createMemory } from '#host-agent/journal/memory.ts'
import { readPolicy } from '#host-agent/policy/policy.ts'
import { sessionIdOf } from '#host-agent/sessions/session-id.ts'
import { openLeases } from '#host-agent/team/leases.ts'
import { openTeamPin } from '#host-agent/team/team-pin.ts'
import { createBudget } from '#host-agent/usage/budget.ts'
import { refused } from '#protocol/errors.ts'
import { hostIdOf, newId } from '#protocol/ids.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { typ } from '#protocol/statements/typ.ts'
import type { ToDecide } from '#trust/decision.ts'
import { signStatement } from '#trust/jws.ts'
import type { KeyPair } from '#trust/keys.ts'
import { webCrypto } from '#trust/web-crypto.ts'
import { type Handlers, relayOf } from '../unit/client/team-world.ts'
import { type HandClock, handClock } from './hand-clock.ts'
import { decide, must, NOW, type World } from './trust-world.ts'

/** A host's gate on a real journal, trust log and file system, with a relay of functions, and a clock that moves when told. */
export type GateWorld = {
  clock: HandClock
  context: HostContext
  gate: Gate
  project: string
  events: { taskId: string; event: TaskEvent }[]
  /** A task that this device asked for. */
  task(from: KeyPair): Promise<string>
  /** What an agent asks; with `taskId` null a script does. */
  ask(command: string, taskId: string | null, more?: Asking): Promise<GateAnswer>
  /** The next approval that people are asked for, from the call on. */
  nextAsked(): Promise<ApprovalMemory>
  tap(device: KeyPair, asked: ApprovalMemory, change?: Partial<ToDecide>): Promise<string>
  /** All that is in the journal. */
  journal(): JournalEntry[]
  /** The host agent starts anew on what its folder holds. */
  restart(): Promise<void>
  close(): Promise<void>
}

export type Asking = { signal?: AbortSignal; session?: string; request?: Partial<ToolRequest> }

const script = sessionIdOf('script')

export async function openGateWorld(
  world: World,
  { policy = '', relay = {} }: { policy?: string; relay?: Handlers } = {},
): Promise<GateWorld> {
  const home = mkdtempSync(join(tmpdir(), 'countersign-gate-'))
  const project = mkdtempSync(join(tmpdir(), 'countersign-project-'))
  const clock = handClock(NOW)
  const loaded = must(await readPolicy(`version: 1\nrules: []\n${policy}`))
  const events: GateWorld['events'] = []
  const waiting: ((asked: ApprovalMemory) => void)[] = []
  const { host, team } = world
  const served = relayOf(relay)
  const path = join(home, 'journal.jsonl')

  async function open() {
    const pin = must(await openTeamPin(webCrypto, home, clock))
    must(await pin.pin(team, served.origin))
    const opened = must(
      await openJournal(
        path,
        clock,
        createDisk(clock, () => {}),
      ),
    )
    const memory = createMemory(opened.journal, opened.lines, clock.now)
    const context: HostContext = {
      crypto: webCrypto,
      keys: host,
      hostId: hostIdOf(host.keys.kid),
      clock,
      log: () => {},
      relay: served,
      memory,
      team: pin,
      leases: openLeases({ crypto: webCrypto, clock, relay: served }),
      policy: loaded,
      fileProblem: null,
      hasher: createFileHasher(),
      knownSecrets: [],
      appOrigin: served.origin,
      connectionId: () => null,
      emit: (taskId, event) => void events.push({ taskId, event }),
      post(id) {
        const asked = memory.approvals.get(id)
        if (asked && !asked.settled) waiting.shift()?.(asked)
      },
      statusChanged: () => {},
      budget: createBudget({}, [], clock.now),
      used: () => {},
      priced: (spent) => spent,
      released: () => {},
    }
    return { context, gate: createGate(context, () => {}), close: opened.journal.close }
  }
  let now = await open()

  return {
    clock,
    get context() {
      return now.context
    },
    get gate() {
      return now.gate
    },
    project,
    events,
    async task(from) {
      const id = newId('tsk', clock.now())
      const { hostId, memory } = now.context
      const said = { v: 1, id, aud: hostId, team: team.teamId, text: 'x', taskKey: 'K'.repeat(43), iat: clock.now() }
      const request = await signStatement(webCrypto, from, typ.task, said)
      await memory.record({ type: 'task', taskId: id, from: from.keys.kid, request, salt: 'S'.repeat(43) })
      return id
    },
    ask: (command, taskId, { signal, session = script, request } = {}) =>
      now.gate.ask(
        {
          taskId,
          session: taskId ?? session,
          salt: 'S'.repeat(43),
          project,
          projectName: 'project',
          agent: 'custom',
          ...(signal ? { signal } : {}),
        },
        {
          kind: 'command',
          driver: 'command',
          binding: 'exact',
          input: { command },
          command,
          edits: [],
          paths: [],
          reads: false,
          unknown: [],
          ...request,
        },
      ),
    nextAsked: () => new Promise((resolve) => waiting.push(resolve)),
    async tap(device, asked, change = {}) {
      const { approval, statement } = asked
      const said = { now: clock.now(), ...change }
      const jws = await decide(world, device, { approval, jws: statement }, said)
      await now.gate.decide(asked.id, jws, newId('inb', clock.now()))
      return jws
    },
    journal: () =>
      readFileSync(path, 'utf8')
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as JournalLine).entry),
    async restart() {
      await now.close()
      now = await open()
    },
    async close() {
      await now.close()
      for (const folder of [home, project]) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** For a relay that knows of no approval: nothing was ever settled. */
export const knowsNothing: Handlers = { 'approval.read': () => refused('approval_not_found') }
