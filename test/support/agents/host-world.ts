import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Device, openDevice } from '#client/open-device.ts'
import { pair } from '#client/pair.ts'
import { memoryStore } from '#client/store.ts'
import type { SubmitTaskInput } from '#client/submit-task.ts'
import { type HostEvent, type HostHandle, type HostOptions, startHost } from '#host-agent/main.ts'
import { nodeWebSocket } from '#link/node/web-socket.ts'
import { type RelayHandle, startRelay } from '#local/main.ts'
import type { Result } from '#protocol/errors.ts'
import type { ApprovalView } from '#protocol/records.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { generateKeys } from '#trust/keys.ts'
import { webCrypto } from '#trust/web-crypto.ts'
import { createDemoProject } from './demo-project.ts'

export const scriptedAgent = join(import.meta.dirname, 'scripted-agent.ts')

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.code}: ${result.detail ?? ''}`)
  return result.value
}

/** Facts in the order in which they came; `until` waits for one that fits, also an earlier one. */
export type Facts<T> = { all: readonly T[]; add(fact: T): void; until(fits: (fact: T) => boolean): Promise<T> }

export function collectFacts<T>(): Facts<T> {
  const all: T[] = []
  const looks = new Set<() => void>()
  return {
    all,
    add(fact) {
      all.push(fact)
      for (const look of [...looks]) look()
    },
    until: (fits) =>
      new Promise((resolve) => {
        const look = () => {
          const found = all.find(fits)
          if (!found) return
          looks.delete(look)
          resolve(found)
        }
        looks.add(look)
        look()
      }),
  }
}

const quiet = process.env.COUNTERSIGN_TEST_LOG
  ? {
      info: (fields: object, message: string) => console.error(message, fields),
      error: (fields: object, message: string) => console.error(message, fields),
    }
  : { info() {}, error() {} }

/** A relay, a host on a demo project and a paired device, all real, on loopback. */
export type HostWorld = {
  folder: string
  project: string
  relay: RelayHandle
  device: Device
  hostId: string
  host(): HostHandle
  hostEvents: Facts<HostEvent>
  stopHost(): Promise<void>
  startHost(more?: Partial<HostOptions>): Promise<HostHandle>
  submit(text: string, more?: Partial<SubmitTaskInput>): Promise<WatchedTask>
  /** Resolves with the first open approval that is not among `known`. Absent: those given before, as the relay lists one as open until its host's receipt has come. */
  nextApproval(known?: ReadonlySet<string>): Promise<ApprovalView>
  /** What the scripted agent wrote into its log. */
  agentLog(): Record<string, unknown>[]
  close(): Promise<void>
}

export type WatchedTask = { id: string; events: Facts<TaskEvent>; ended: Promise<string> }

export type WorldOptions = {
  host?: Partial<HostOptions>
  agentArgs?: readonly string[]
  log?: HostOptions['log']
  /** The policy file. Absent: the one that a host writes itself. */
  policy?: string
}

/** A policy that lets an agent edit the demo's sources without asking, as the act `demo` does. */
export const editsAllowed = `version: 1
rules:
  - { match: { tier: 0 }, verdict: allow }
  - { match: { kind: edit, path: ["src/**", "test/**"] }, verdict: allow }
`

export async function openHostWorld(options: WorldOptions = {}): Promise<HostWorld> {
  const given = new Set<string>()
  const folder = mkdtempSync(join(tmpdir(), 'countersign-host-'))
  const project = join(folder, 'project')
  createDemoProject(project)
  const agentFile = join(folder, 'agent.jsonl')
  if (options.policy !== undefined) {
    mkdirSync(join(folder, 'host'), { recursive: true, mode: 0o700 })
    writeFileSync(join(folder, 'host/policy.yaml'), options.policy, { mode: 0o600 })
  }
  const relay = must(await startRelay({ port: 0, dataDir: join(folder, 'relay'), log: quiet }))
  const hostEvents = collectFacts<HostEvent>()
  const command = [
    process.execPath,
    scriptedAgent,
    '--state',
    join(folder, 'agent'),
    '--log',
    agentFile,
    ...(options.agentArgs ?? []),
  ]
  let host: HostHandle | null = null

  async function start(more: Partial<HostOptions> = {}): Promise<HostHandle> {
    host = must(
      await startHost({
        home: folder,
        relayUrl: relay.url,
        projects: [project],
        agentCommand: command.join(' '),
        // Nothing is known of the scripted agent, and most tests have no sandbox.
        allowUnproven: true,
        claimPath: relay.claimPath,
        name: 'test host',
        log: options.log ?? quiet,
        onEvent: hostEvents.add,
        ...options.host,
        ...more,
      }),
    )
    return host
  }

  const first = await start()
  const device = must(
    await openDevice({
      relay: relay.origin,
      store: memoryStore(),
      keys: await generateKeys(webCrypto, { extractable: false }),
      crypto: webCrypto,
      fetch,
      WebSocket: nodeWebSocket,
    }),
  )
  const { link } = must(await first.offerPairing())
  must(
    await pair(device.context, {
      link,
      label: 'test device',
      person: 'Tester',
      onCode: (code) => must(first.typeCode(code)),
    }),
  )
  await hostEvents.until((event) => event.event === 'connection' && event.state === 'online')
  const live = device.connect()

  return {
    folder,
    project,
    relay,
    device,
    hostId: first.hostId,
    host: () => host as HostHandle,
    hostEvents,
    async stopHost() {
      await host?.stop()
      host = null
    },
    startHost: start,
    async submit(text, more = {}) {
      const view = must(await device.submitTask({ hostId: first.hostId, text, ...more }))
      const events = collectFacts<TaskEvent>()
      const ended = device
        .watchTask({ taskId: view.head.id, onEvents: (batch) => batch.forEach(events.add) })
        .then((state) => must(state))
      return { id: view.head.id, events, ended }
    },
    async nextApproval(known) {
      for (;;) {
        const changed = new Promise<void>((resolve) => {
          const stop = live.on(() => {
            stop()
            resolve()
          })
        })
        const { approvals } = must(await device.context.relay.call('approvals.list', {}))
        const found = approvals.find(({ id, state }) => state === 'open' && !(known ?? given).has(id))
        if (found && !known) given.add(found.id)
        if (found) return found
        await Promise.race([changed, new Promise((resolve) => setTimeout(resolve, 500))])
      }
    },
    agentLog: () => {
      try {
        return readFileSync(agentFile, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Record<string, unknown>)
      } catch {
        return []
      }
    },
    async close() {
      device.close()
      await host?.stop()
      await relay.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
