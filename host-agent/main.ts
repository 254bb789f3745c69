import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { type Clock, systemClock } from '#link/clock.ts'
import type { ConnectionState } from '#link/connection.ts'
import type { WebSocketPort } from '#link/socket.ts'
import { type ErrorCode, ok, type Refused, type Result, refused } from '#protocol/errors.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { isUnknown } from './agents/agents.ts'
import type { Driver } from './agents/driver.ts'
import { createGatedCommand } from './approvals/gated-command.ts'
import { startControl } from './control/control.ts'
import { type ControlledHost, hearControl } from './control/hear-control.ts'
import { createHookSessions } from './hooks/hook-sessions.ts'
import { loadModels, type ModelsFile } from './models/models-file.ts'
import { readerDriver } from './models/reader.ts'
import { openHost } from './open-host.ts'
import { parseShell } from './policy/parse-shell.ts'
import { followLinks, placeOf } from './policy/places.ts'
import { brokenPolicy, loadPolicy } from './policy/policy.ts'
import type { Log } from './ports.ts'
import { loadProjects } from './projects/projects-file.ts'
import { readFiles } from './read-files.ts'
import { type HostSandbox, mistakeIn, type SandboxWish, tryHostSandbox } from './sandbox/host-sandbox.ts'
import { secretsOfEnvironment } from './secrets/known-secrets.ts'
import { createRedactor } from './secrets/redact.ts'
import { agentRoots } from './sessions/agent-roots.ts'
import { chooseDrivers } from './sessions/choose-drivers.ts'
import { hostName } from './team/name-host.ts'
import { type Pairing, type PairingEvent, startPairing } from './team/pairing.ts'

export const version = '0.1.0'

/** A log as pino has it: fields first. */
export type HostLog = { info(fields: object, message: string): void }

export type HostOptions = {
  /** COUNTERSIGN_HOME; the host keeps its files in `host/` below it. */
  home: string
  relayUrl: string
  /** Folders in which tasks may work; the first is the default. */
  projects: readonly string[]
  /** `command`, or a name of agents/agents.ts. Absent: the first coding agent found on PATH, else `command`. */
  agent?: string
  /** The command line of any other agent that speaks ACP. */
  agentCommand?: string
  /** What people call that agent. Absent: by its program. */
  agentTitle?: string
  /** Variables that the chosen agent may inherit besides those that are known to be its own, e.g. its model's key. */
  pass?: readonly string[]
  /** Agents that nobody has seen ask before they act may work also where no sandbox holds them. */
  allowUnproven?: boolean
  /** Default: `host/policy.yaml` in the home folder, made when it is not there. */
  policyPath?: string
  /** Where the app is served, for pairing links. Default: the relay's origin. */
  appOrigin?: string
  /** The relay's claim code, or the file that holds it (default: where a relay on this machine writes it). */
  claim?: string
  claimPath?: string
  /** The host's name as people see it. Default: this machine's. */
  name?: string
  /** Absent: `off`, for those who put a host together themselves. The program asks for `usual`. */
  sandbox?: SandboxWish
  environment?: Readonly<Record<string, string | undefined>>
  /** Instead of the drivers that `agent` and `agentCommand` name. */
  drivers?: readonly Driver[]
  log: HostLog
  clock?: Clock
  fetch?: typeof fetch
  WebSocket?: WebSocketPort
  /** Told of everything that a person at the host may want to see. */
  onEvent?(event: HostEvent): void
}

export type HostEvent =
  | PairingEvent
  | { event: 'connection'; state: ConnectionState['is']; code?: ErrorCode }
  /** The operation was handed to its agent. */
  | { event: 'released'; approvalId: string }
  | { event: 'task'; taskId: string; state: string }
  /** Why tasks work without a sandbox although one was wanted. */
  | { event: 'unprotected'; code: ErrorCode; detail?: string }
  /** It has a team, and does nothing until this is mended. */
  | { event: 'halted'; code: ErrorCode; detail: string }

export type HostHandle = {
  hostId: string
  name: string
  projects: readonly { path: string; name: string }[]
  sandbox: 'isolated' | 'unprotected'
  defaultAgent: string
  /** What people call that agent. */
  agentTitle: string
  policyHash: string
  team(): TeamState | null
  paired(): boolean
  state(): ConnectionState
  /**
   * Offers to pair, once or, with `keep`, with a fresh link whenever one has run out, until a device is paired. What happens is told by
   * `onEvent`. An offer under way is replaced.
   */
  offerPairing(options?: { keep?: boolean }): Promise<Result<{ link: string; expiresAt: number }>>
  /** The six digits that the device shows. Errors: `rendezvous_not_found` when no device waits for them. */
  typeCode(code: string): Result<void>
  /** Resolves when somebody asked it to stop over the control socket. */
  stopAsked: Promise<void>
  /** Agents are ended, the journal is closed; what is open goes on at the next start. */
  stop(): Promise<void>
}

/**
 * Starts the host agent. It opens no port; it connects to the relay and keeps the connection up. Errors: `conflict` (one runs already on
 * this home), `state_damaged`, `journal_damaged`, `policy_invalid`, `models_invalid`, `projects_invalid`, `project_invalid`, `agent_unknown`,
 * `agent_ungoverned`, `agent_unproven`.
 */
export async function startHost(options: HostOptions): Promise<Result<HostHandle>> {
  const { home, clock = systemClock, environment = process.env } = options
  const known = secretsOfEnvironment(environment)
  // A log is read by more people than the host's files: no salt and no numbering, which would tell equal secrets.
  const log: Log = (event, fields = {}) =>
    options.log.info(createRedactor('', known).redactValue(fields) as object, event)
  const folder = join(home, 'host')
  const named = options.projects.map((path) => ({ path: followLinks(resolve(path)), name: basename(resolve(path)) }))
  const missing = await missingFolder(named.map(({ path }) => path))
  if (named.length === 0 || missing !== null) return refused('project_invalid', missing ?? 'No project was named.')
  const drivers = options.drivers ? ok(options.drivers) : await chooseDrivers({ ...options, folder }, environment)
  if (!drivers.ok) return drivers
  const files = readFiles(existsSync(join(folder, 'team.json')))
  const models = await files.take<ModelsFile>(await loadModels(folder), () => ({ version: 1 }))
  if (!models.ok) return models
  const readers = (models.value.readers ?? []).map((reader) => readerDriver(reader.name, reader.models))
  const all = [...drivers.value, ...readers]
  const routes = (models.value.routes ?? []).filter(({ name, agent }) => {
    const isThere = all.some((driver) => driver.name === agent)
    if (!isThere) log('route_left_out', { route: name, agent })
    return isThere
  })
  const projectsPath = join(folder, 'projects.yaml')
  const loaded = await files.take(
    await loadProjects(projectsPath, named, (project) => log('project_left_out', { project })),
    () => named.map((project) => ({ ...project, checks: {} })),
  )
  if (!loaded.ok) return loaded
  const projects = loaded.value
  const policyPath = resolve(options.policyPath ?? join(folder, 'policy.yaml'))
  // One that agents may change like any other file would be theirs.
  if (projects.some(({ path }) => placeOf(policyPath, path) === 'project'))
    return refused('policy_invalid', `${policyPath} lies in a project; keep it outside, or in a folder .countersign`)
  const policy = await files.take(await loadPolicy(policyPath), () => brokenPolicy(policyPath))
  if (!policy.ok) return policy

  let stopNow = () => {}
  const stopAsked = new Promise<void>((resolve) => {
    stopNow = resolve
  })
  const listeners = new Set<(event: HostEvent) => void>()
  const tell = (event: HostEvent) => {
    options.onEvent?.(event)
    for (const listener of listeners) listener(event)
  }
  const fileProblem = files.problem()
  if (fileProblem) tell({ event: 'halted', ...fileProblem })
  let started: ControlledHost | null = null
  const hasStarted = Promise.withResolvers<ControlledHost>()
  const control = await startControl(home, (answer) => {
    listeners.add(answer)
    const session = hearControl({ host: () => started, started: hasStarted.promise, stop: () => stopNow() }, answer)
    return {
      ...session,
      gone() {
        listeners.delete(answer)
        session.gone()
      },
    }
  })
  if (!control.ok) return control
  const sandbox = await sandboxFor(options, {
    agentRoots: agentRoots(parseShell(options.agentCommand ?? '').argv ?? []),
    home,
    policyPath,
    projects: projects.map(({ path }) => path),
    environment,
  })
  if (!sandbox.ok) {
    await control.value.close()
    return sandbox
  }
  if (sandbox.value.problem) {
    const { code, detail } = sandbox.value.problem
    tell({ event: 'unprotected', code, ...(detail === undefined ? {} : { detail }) })
  }
  const [first] = drivers.value
  if (sandbox.value.sandbox === null && first?.agent && isUnknown(first.agent) && !options.allowUnproven) {
    await control.value.close()
    return refused('agent_unproven', `${first.title}; or say --allow-unproven`)
  }
  const protection = sandbox.value.sandbox === null ? 'unprotected' : 'isolated'

  const name = options.name ?? hostname()
  const host = await openHost({
    crypto: nodeCrypto,
    folder,
    worktrees: join(home, 'worktrees'),
    relayUrl: options.relayUrl,
    appOrigin: options.appOrigin,
    projects,
    drivers: all,
    routes,
    ...(models.value.prices ? { prices: models.value.prices } : {}),
    ...(models.value.budget ? { budget: models.value.budget } : {}),
    policy: policy.value,
    fileProblem,
    sandbox: sandbox.value.sandbox,
    allowUnproven: options.allowUnproven === true,
    environment,
    name,
    version,
    log,
    clock,
    fetch: options.fetch ?? fetch,
    WebSocket: options.WebSocket ?? (await import('#link/node/web-socket.ts')).nodeWebSocket,
    tell,
    terminals: () => started?.hooks.list() ?? [],
  })
  if (!host.ok) {
    await control.value.close()
    return host
  }
  const { context, gate, stopAll } = host.value
  const isPaired = () => context.team.state() !== null
  const hooks = createHookSessions({
    gate,
    memory: context.memory,
    projects,
    isPaired,
    clock,
    redact: (text) => createRedactor('', known).redact(text),
    changed: context.statusChanged,
  })

  let pairing: Pairing | null = null
  let stopped = false
  async function offerPairing({ keep = false } = {}): Promise<Result<{ link: string; expiresAt: number }>> {
    pairing?.cancel()
    const mine = startPairing({
      context,
      gate,
      home: folder,
      name: hostName(context, name),
      appOrigin: context.appOrigin,
      readClaim: async () => options.claim ?? (await readClaim(options.claimPath ?? join(home, 'relay', 'claim'))),
      tell,
    })
    pairing = mine
    void mine.ended.then((end) => {
      if (pairing !== mine) return
      pairing = null
      if (end.ok) host.ok && host.value.connect()
      else if (keep && !stopped)
        clock.after(
          end.code === 'rendezvous_expired' ? 0 : 2_000,
          () => !stopped && !pairing && void offerPairing({ keep }),
        )
    })
    return mine.offered
  }
  const typeCode = (code: string): Result<void> =>
    pairing?.typeCode(code) ? ok(undefined) : refused('rendezvous_not_found', 'No device waits for a code.')
  started = {
    context,
    gate,
    hooks,
    openGatedCommand: () => createGatedCommand({ gate, memory: context.memory, projects, isPaired }),
    offerPairing: () => void offerPairing(),
    typeCode,
    stopAll,
    summary: () => ({
      hostId: context.hostId,
      name: hostName(context, name),
      relay: options.relayUrl,
      paired: isPaired(),
      connection: host.value.state().is,
      unsent: host.value.unsent(),
      projects: projects.map(({ path }) => path),
      agent: first?.title ?? '',
      sandbox: protection,
    }),
  }
  hasStarted.resolve(started)
  host.value.connect()
  return ok({
    hostId: context.hostId,
    name,
    projects,
    sandbox: protection,
    defaultAgent: first?.name ?? '',
    agentTitle: first?.title ?? '',
    policyHash: policy.value.policyHash,
    team: context.team.state,
    paired: () => context.team.state() !== null,
    state: host.value.state,
    offerPairing,
    typeCode,
    stopAsked,
    async stop() {
      stopped = true
      pairing?.cancel()
      hooks.close()
      await host.value.close()
      // Last: as long as it answers, this home is taken.
      await control.value.close()
    },
  })
}

/** The sandbox as it was wished for, or none and, where it was wanted all the same, why not. */
async function sandboxFor(
  { sandbox: wish }: HostOptions,
  facts: Parameters<typeof tryHostSandbox>[1],
): Promise<Result<{ sandbox: HostSandbox | null; problem: Refused | null }>> {
  if (!wish || wish.mode === 'off') return ok({ sandbox: null, problem: null })
  const mistake = mistakeIn(wish, facts)
  if (mistake) return mistake
  const tried = await tryHostSandbox(wish, facts)
  if (tried.ok) return ok({ sandbox: tried.value, problem: null })
  return wish.mode === 'required' ? tried : ok({ sandbox: null, problem: tried })
}

async function missingFolder(paths: readonly string[]): Promise<string | null> {
  const { stat } = await import('node:fs/promises')
  for (const path of paths) if (!(await stat(path).catch(() => null))?.isDirectory()) return path
  return null
}

const readClaim = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').then(
    (content) => content.trim() || null,
    () => null,
  )
