import { join } from 'node:path'
import type { Clock } from '#link/clock.ts'
import { type Connection, type ConnectionState, openConnection } from '#link/connection.ts'
import { openRelay } from '#link/relay-http.ts'
import type { WebSocketPort } from '#link/socket.ts'
import { errors, ok, type Result, refused } from '#protocol/errors.ts'
import { hostIdOf } from '#protocol/ids.ts'
import type { TerminalSession } from '#protocol/statements/listing.ts'
import type { Route } from '#protocol/statements/route.ts'
import type { HostStatus } from '#protocol/statements/status.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { openChoices } from './agents/choices-file.ts'
import type { Driver } from './agents/driver.ts'
import { createGate, type Gate } from './approvals/gate.ts'
import { openBlobOutbox } from './artifacts/blob-outbox.ts'
import { createGovernance } from './canary/governance.ts'
import type { HostContext } from './context.ts'
import { createFileHasher } from './files.ts'
import { createDisk } from './journal/disk.ts'
import { openJournal } from './journal/journal.ts'
import { createMemory } from './journal/memory.ts'
import type { HostEvent } from './main.ts'
import type { Price } from './models/models-file.ts'
import type { LoadedPolicy } from './policy/policy.ts'
import type { Log } from './ports.ts'
import type { Project } from './projects/projects-file.ts'
import type { FileProblem } from './read-files.ts'
import { createInbox } from './relay/inbox.ts'
import { createPoster } from './relay/poster.ts'
import { createUsageTeller } from './relay/tell-usage.ts'
import type { HostSandbox } from './sandbox/host-sandbox.ts'
import { mostOf } from './sandbox/most.ts'
import { secretsOfEnvironment } from './secrets/known-secrets.ts'
import { createRedactor } from './secrets/redact.ts'
import { listAgents } from './sessions/list-agents.ts'
import { createListings } from './sessions/listings.ts'
import { publishStatus } from './status.ts'
import { grantTaskKeys } from './tasks/grants.ts'
import { createTasks } from './tasks/tasks.ts'
import { loadKeys } from './team/keys-file.ts'
import { openLeases } from './team/leases.ts'
import { hostName } from './team/name-host.ts'
import { noteTeam } from './team/note-team.ts'
import { openTeamPin } from './team/team-pin.ts'
import { tellNewcomers } from './team/tell-newcomers.ts'
import { type BudgetLimits, createBudget } from './usage/budget.ts'
import { keepUsage } from './usage/keep-usage.ts'
import { priceUsage } from './usage/price-usage.ts'
import { openUsageLog, readUsage } from './usage/usage-log.ts'
import { createWorktrees } from './worktree/worktrees.ts'

export type HostParts = {
  crypto: CryptoPort
  folder: string
  relayUrl: string
  /** Where the app is served; absent: at the relay's origin. */
  appOrigin: string | undefined
  /** Where tasks have folders of their own. */
  worktrees: string
  projects: readonly Project[]
  drivers: readonly Driver[]
  /** Which of the drivers takes which task. */
  routes: readonly Route[]
  /** By agents' names. Absent: none is known. */
  prices?: Readonly<Record<string, Price>>
  /** Absent: nothing bounds what tasks may cost. */
  budget?: BudgetLimits
  policy: LoadedPolicy
  fileProblem: FileProblem | null
  sandbox: HostSandbox | null
  /** Agents that nobody has seen ask may work where nothing holds them. */
  allowUnproven: boolean
  environment: Readonly<Record<string, string | undefined>>
  name: string
  version: string
  log: Log
  clock: Clock
  fetch: typeof fetch
  WebSocket: WebSocketPort
  tell(event: HostEvent): void
  /** Sessions in terminals. */
  terminals(): TerminalSession[]
}

export type OpenHost = {
  context: HostContext
  gate: Gate
  /** Connects if the host is paired and not connected yet. */
  connect(): void
  state(): ConnectionState
  /** Locks the host and ends every task, at once; answers how many. */
  stopAll(): Promise<number>
  /** Logs of tasks, settled approvals and blobs that the relay does not have whole yet. */
  unsent(): number
  close(): Promise<void>
}

/** Milliseconds between two looks at what has run out of time. */
const expiryMs = 5_000

/** Puts the host's parts together on what its folder holds. Errors: `state_damaged`, `journal_damaged`. */
export async function openHost(parts: HostParts): Promise<Result<OpenHost>> {
  const { crypto, folder, log, clock, tell } = parts
  const keys = await loadKeys(crypto, folder)
  if (!keys.ok) return keys
  const team = await openTeamPin(crypto, folder, clock)
  if (!team.ok) return team
  const pin = team.value
  const disk = createDisk(clock, (isFull) => {
    log(isFull ? 'disk.full' : 'disk.free', {})
    diskChanged(isFull)
  })
  let diskChanged = (_isFull: boolean) => {}
  const journal = await openJournal(join(folder, 'journal.jsonl'), clock, disk)
  if (!journal.ok) return journal
  const { lines, torn } = journal.value
  const memory = createMemory(journal.value.journal, lines, clock.now)
  const appOrigin = parts.appOrigin ?? new URL(parts.relayUrl).origin
  await memory.record({ type: 'opened', version: parts.version, torn, origin: appOrigin })
  if (torn > 0) log('journal.torn', { bytes: torn })

  const caller = { crypto, keys: keys.value, team: () => pin.state()?.teamId }
  const relay = openRelay({ url: parts.relayUrl, fetch: parts.fetch, clock, caller })
  let connection: Connection | null = null
  let closed = false
  const state = (): ConnectionState => connection?.state() ?? { is: 'closed' }
  const connectionId = () => {
    const now = state()
    return now.is === 'online' ? now.connectionId : null
  }
  const poster = createPoster({
    memory,
    relay,
    clock,
    log,
    connectionId,
    unasked: (id, code) => quietly('unasked', gate.unasked(id, code)),
  })
  const blobs = await openBlobOutbox({
    folder: join(folder, 'blobs'),
    crypto,
    relay,
    isPaired: () => pin.state() !== null,
    clock,
    disk,
    log,
  })
  const choices = await openChoices(join(folder, 'agent-choices.json'), (error) =>
    log('choices.failed', { reason: error.message }),
  )
  const usagePath = join(folder, 'usage.jsonl')
  const budget = createBudget(parts.budget ?? {}, await readUsage(usagePath), clock.now)
  const usageLog = await openUsageLog(usagePath, disk)
  const context: HostContext = {
    crypto,
    keys: keys.value,
    hostId: hostIdOf(keys.value.keys.kid),
    clock,
    log,
    relay,
    memory,
    team: pin,
    leases: openLeases({ crypto, clock, relay }),
    policy: parts.policy,
    fileProblem: parts.fileProblem,
    hasher: createFileHasher(),
    knownSecrets: secretsOfEnvironment(parts.environment),
    appOrigin,
    connectionId,
    emit: (taskId, event) => tasks.emit(taskId, event),
    post: poster.post,
    statusChanged: () => quietly('status', status()),
    budget,
    priced: (spent) => priceUsage(spent, parts.prices ?? {}),
    used: keepUsage({ memory, budget, usage: usageLog, clock, log }),
    released: (approvalId) => tell({ event: 'released', approvalId }),
  }
  const governance = createGovernance({
    folder,
    path: parts.environment.PATH ?? '',
    drivers: parts.drivers,
    isIsolated: parts.sandbox !== null,
    allowUnproven: parts.allowUnproven,
    clock,
    log,
    changed: () => context.statusChanged(),
  })
  const gate = createGate(context, (taskId, count) => tasks.setOpenQuestions(taskId, count))
  const listings = createListings(context, {
    drivers: parts.drivers,
    projects: parts.projects,
    environment: parts.environment,
    sandbox: parts.sandbox,
    admit: governance.admit,
  })
  const tasks = createTasks(context, () => gate, {
    folder: join(folder, 'tasks'),
    drivers: parts.drivers,
    projects: parts.projects,
    environment: parts.environment,
    sandbox: parts.sandbox,
    admit: governance.admit,
    routes: parts.routes,
    worktrees: createWorktrees({ memory, folder: parts.worktrees, path: parts.environment.PATH ?? '' }),
    blobs,
    choices,
    disk,
    listings,
    append: (batch, taskState) =>
      connection?.request({ type: 'task.append', batch, ...(taskState === undefined ? {} : { state: taskState }) }) ??
      Promise.resolve(refused('relay_unreachable')),
    setBusy(busy) {
      connection?.setBusy(busy)
      usage?.setBusy(busy)
    },
    tell: (taskId, taskState) => tell({ event: 'task', taskId, state: taskState }),
  })
  const status = () =>
    publishStatus(context, {
      name: hostName(context, parts.name),
      version: parts.version,
      projects: parts.projects.map(({ path, name }) => ({ path, name })),
      agents: listAgents(parts.drivers, {
        governed: (name) => governance.known().get(name),
        choices: choices.of,
        redact: createRedactor('', context.knownSecrets).redact,
      }),
      defaultAgent: parts.drivers[0]?.name ?? '',
      ...(parts.routes.length > 0 ? { routes: [...parts.routes] } : {}),
      sandbox: parts.sandbox === null ? 'unprotected' : 'isolated',
      ...usageOf(parts.sandbox),
      ...(disk.isFull() ? { diskFull: true } : {}),
      listings: listings.known(),
      terminals: parts.terminals(),
    })
  const quietly = (what: string, work: Promise<unknown>) =>
    void work.catch((error: Error) => log(`${what}.failed`, { reason: error.message }))
  diskChanged = (isFull) => {
    quietly('status', status())
    const [, text] = errors.disk_full
    if (isFull) tasks.emitAll({ type: 'notice', at: clock.now(), code: 'disk_full', text })
  }
  const usage = parts.sandbox && createUsageTeller(clock, parts.sandbox.summary, () => quietly('status', status()))
  const inbox = createInbox(context, {
    gate,
    tasks,
    request: (frame) => connection?.request(frame) ?? Promise.resolve(refused('relay_unreachable')),
    ping: () => quietly('status', status()),
  })
  let known = pin.state()
  let unpaired = pin.unpaired()
  pin.onChange((team, settlement) => {
    quietly(
      'audit',
      noteTeam(
        memory,
        { head: known?.head ?? null, unpaired },
        { head: team.head, unpaired: pin.unpaired(), settlement },
      ),
    )
    unpaired = pin.unpaired()
    if (known) quietly('newcomers', tellNewcomers(context, known, team))
    known = team
    quietly('grants', grantTaskKeys(context))
    quietly('status', status())
  })

  function connect(): void {
    if (connection || closed || !pin.state()) return
    connection = openConnection({
      relay,
      WebSocket: parts.WebSocket,
      clock,
      caller,
      onState(next) {
        log('connection', { is: next.is, code: next.is === 'waiting' ? next.code : null })
        tell({ event: 'connection', state: next.is, ...(next.is === 'waiting' ? { code: next.code } : {}) })
      },
      onSynced(synced) {
        tasks.resume()
        poster.resume()
        blobs.resume()
        void inbox.take(synced.inbox, synced.more)
        quietly('trust', pin.sync(relay))
        quietly('status', status())
        quietly('grants', grantTaskKeys(context))
      },
      onFrame(frame) {
        if (frame.type === 'inbox.added') void inbox.take([frame.item], false)
        else if (frame.type === 'inbox.waiting') void inbox.take([], true)
        else if (frame.type === 'trust.appended') quietly('trust', pin.sync(relay))
      },
    })
  }

  const recovered = await tasks.recover()
  if (!recovered.ok) {
    await usageLog.close()
    await journal.value.journal.close()
    return recovered
  }
  let cancelExpiry = () => {}
  const expire = () => {
    quietly('expiry', gate.expire())
    cancelExpiry = clock.after(expiryMs, expire)
  }
  expire()
  quietly('agents', governance.begin())
  return ok({
    context,
    gate,
    connect,
    state,
    stopAll: () => tasks.stopAll(null),
    unsent: () => tasks.unsent() + poster.unsent() + blobs.unsent(),
    async close() {
      closed = true
      cancelExpiry()
      usage?.close()
      governance.close()
      listings.stop()
      poster.close()
      connection?.close()
      await tasks.close()
      await blobs.close()
      await usageLog.close()
      await journal.value.journal.close()
    },
  })
}

function usageOf(sandbox: HostSandbox | null): Pick<HostStatus, 'usage'> {
  const summary = sandbox?.summary()
  if (!sandbox || !summary?.isActive) return {}
  const { cpuPercent, memoryBytes, diskWriteBytes, caps } = summary
  return { usage: { cpuPercent, memoryBytes, diskWriteBytes, most: mostOf(caps, sandbox.machine()) } }
}
