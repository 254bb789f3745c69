import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, realpathSync, statSync } from 'node:fs'
import { setPriority } from 'node:os'
import { dirname, resolve } from 'node:path'
import { ok, refused } from '#protocol/errors.ts'
import type { Caps } from '../caps/caps.ts'
import type { ControlGroup } from '../caps/control-group.ts'
import type { Monitor } from '../caps/monitor.ts'
import { readTree } from '../caps/process-tree.ts'
import { environmentInside } from '../environment.ts'
import { blockedPaths } from '../files/blocked-paths.ts'
import { createConfigReader } from '../files/config-reader.ts'
import type { FenceEntry } from '../files/fence.ts'
import { gitMounts } from '../files/git-mounts.ts'
import { type GuardBefore, lookAfter, lookBefore } from '../files/guard-git.ts'
import { mountArguments } from '../files/mounts.ts'
import { type FilePolicy, shareable } from '../files/policy.ts'
import type { Toolchains } from '../files/toolchains.ts'
import { worktreeRepositories } from '../files/worktree-repositories.ts'
import type { AllowEntry } from '../network/allow-list.ts'
import type { Route } from '../network/routes.ts'
import type { Sandbox, SandboxedProcess, SpawnOptions } from '../sandbox.ts'
import { sendSignal } from '../send-signal.ts'
import { type SandboxStatus, writeStatus } from '../status.ts'
import type { OnViolation } from '../violation.ts'
import { answerLife } from './answer-life.ts'
import { apartMounts } from './apart-mounts.ts'
import { type Bridge, bridgePort } from './bridge.ts'
import { commandLine } from './command-line.ts'
import { endTree } from './end-tree.ts'
import { leakedFds } from './leaked-fds.ts'
import type { Tools } from './system.ts'
import { widen } from './widen.ts'

export type LinuxSandboxFacts = {
  id: string
  /** What sandboxes keep; `run`: what this one does, while it is open. */
  state: string
  run: string
  /** PATH, by which the host's git is found. */
  path: string
  tools: Tools
  uid: number
  gid: number
  hidden: readonly string[]
  project: string
  projectAccess: 'write' | 'read'
  fence: readonly FenceEntry[]
  readRoots: readonly string[]
  writeRoots: readonly string[]
  home: string
  settings: readonly string[]
  temporary: string
  sharedMemory: string
  etc: { folder: string; mounted: readonly string[] }
  toolsFolder: string
  toolchains: Toolchains
  filter: string
  /** The filter for what runs apart. */
  apartFilter: string
  quarantine: string
  allow: { strict: boolean; entries: AllowEntry[] }
  routes: readonly Route[]
  bridge: Bridge | null
  caps: Caps
  group: ControlGroup | null
  monitor: Monitor
  violations(): number
  onViolation: OnViolation
  release(): Promise<void>
}

const statusMs = 1_000
const unwatched = { peakBytes: 0, wasEnded: false }

export type LinuxSandbox = Sandbox & {
  /** The self-test has passed. */
  passed(): void
  /** Ends what runs in it. `close` also gives back what it stands on. */
  stop(): Promise<void>
}

export function createLinuxSandbox(facts: LinuxSandboxFacts): LinuxSandbox {
  const { monitor, group, caps, bridge, onViolation } = facts
  const policy: FilePolicy & { readRoots: string[]; writeRoots: string[] } = {
    project: facts.project,
    projectAccess: facts.projectAccess,
    fence: facts.fence,
    readRoots: [...facts.readRoots],
    writeRoots: [...facts.writeRoots],
    hidden: facts.hidden,
  }
  const running = new Map<ChildProcess, { before: GuardBefore[]; ended: Promise<unknown> }>()
  const leaked = leakedFds()
  const namedByConfig = createConfigReader()
  const repositories = worktreeRepositories({ ...facts, isWritable: facts.projectAccess === 'write' })
  const depth = (readTree(process.pid).find(({ pid }) => pid === process.pid)?.depth ?? 1) + 1
  let isIsolated = false
  let isClosed = false

  const tellStatus = () => {
    try {
      if (!isClosed) writeStatus(facts.run, sandbox.status())
    } catch {
      // A full disk must not end what is watched; the next second tries again.
    }
  }
  const timer = setInterval(tellStatus, statusMs).unref()

  const open = facts.fence.filter(({ access }) => access === 'write').map(({ path }) => path)
  /** Folders in which something could be planted; a file that was opened by itself holds nothing. */
  const writable = () =>
    [...(policy.projectAccess === 'write' ? [policy.project] : open), ...policy.writeRoots].filter(
      (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
    )

  const sandbox: LinuxSandbox = {
    hasProxy: bridge !== null,
    passed() {
      isIsolated = true
      tellStatus()
    },
    async spawn(argv, options) {
      if (isClosed) return refused('sandbox_unavailable', 'it is closed')
      const left = caps.diskWriteBytes === null ? null : caps.diskWriteBytes - monitor.usage().diskWriteBytes
      if (left !== null && left <= 0) return refused('sandbox_disk_exceeded')
      const bridgePid = bridge?.pid() ?? null
      if (bridge && bridgePid === null) return refused('sandbox_unavailable', 'the bridge to the proxy has ended')
      if (options.apart) {
        const mounts = apartMounts(options.apart, facts)
        return ok(launch(argv, options, { cwd: options.apart.folder, mounts, bridgePid, before: [], fileBytes: left }))
      }
      const moved = [policy.project, ...policy.readRoots, ...policy.writeRoots].find((root) => !isItself(root))
      if (moved !== undefined) return refused('sandbox_path_blocked', `${moved} was moved or replaced by a link`)
      const cwd = options.cwd === undefined ? policy.project : resolve(options.cwd)
      const before = await Promise.all(writable().map(lookBefore))
      const git = before.map(({ root, repositories }) => gitMounts(root, repositories, namedByConfig))
      const mounts = mountArguments({
        policy,
        home: facts.home,
        settings: facts.settings,
        temporary: facts.temporary,
        sharedMemory: facts.sharedMemory,
        etc: facts.etc,
        tools: facts.toolsFolder,
        toolchains: facts.toolchains.roots,
        repositories: await repositories.mounts(writable()),
        // Behind a fence nothing of git is planned, so nothing of it is opened.
        held: facts.fence.length > 0 ? [] : git.flatMap(({ held }) => held),
        // What the person named themselves is theirs to open.
        pinned: git.flatMap(({ pinned }) => pinned).filter((path) => !policy.writeRoots.includes(path)),
      })
      return ok(launch(argv, options, { cwd, mounts, bridgePid, before, fileBytes: left }))
    },
    status: (): SandboxStatus => ({
      id: facts.id,
      project: facts.project,
      isIsolated,
      firewallStrict: facts.allow.strict,
      ...monitor.usage(),
      caps,
      heldBy: group?.name ?? 'monitor',
      violations: facts.violations(),
    }),
    widen: (by) => widen(facts, policy, by),
    blockedPaths: (words) => blockedPaths(words, policy.project, policy, facts.toolchains.roots),
    openable(path) {
      const place = existsSync(path) ? path : dirname(path)
      const shared = shareable(place, facts.hidden)
      return shared.ok ? shared.value : null
    },
    async inspect() {
      const all = [...running.values()].flatMap(({ before }) => before)
      for (const before of all) await lookAfter(before, facts.quarantine, onViolation)
    },
    async stop() {
      if (isClosed) return
      isClosed = true
      clearInterval(timer)
      await Promise.all([...running.keys()].map(endAll))
      await Promise.all([...running.values()].map(({ ended }) => ended))
      monitor.close()
    },
    close: facts.release,
  }

  type Launch = {
    cwd: string
    mounts: string[]
    bridgePid: number | null
    before: GuardBefore[]
    fileBytes: number | null
  }

  function launch(
    argv: readonly string[],
    options: SpawnOptions,
    { cwd, mounts, bridgePid, before, fileBytes }: Launch,
  ): SandboxedProcess {
    const stdio = stdioOf(options.stdio)
    const filterFd = stdio.length
    const lifeFd = filterFd + 1
    const [path, ...args] = commandLine({
      tools: facts.tools,
      argv,
      cwd,
      env: environmentInside({
        given: options.env,
        toolchains: options.apart ? {} : facts.toolchains.env,
        routes: options.apart ? [] : facts.routes,
        proxyPort: bridge ? bridgePort : null,
      }),
      mounts,
      uid: facts.uid,
      gid: facts.gid,
      bridgePid,
      join: group?.join ?? [],
      // A browser sets aside far more than it uses, and crashes where it can't; what it uses is counted and held to the cap all the same.
      dataBytes: options.apart ? null : caps.memoryBytes,
      fileBytes,
      filterFd,
      lifeFd,
    })
    const filter = openSync(options.apart ? facts.apartFilter : facts.filter, 'r')
    const nothing = openSync('/dev/null', 'r+')
    const fds = [...stdio, filter, 'pipe' as const]
    // What somebody left open for our children leads nowhere inside.
    const masked = Array.from(
      { length: Math.max(lifeFd, ...leaked) + 1 },
      (_, fd) => fds[fd] ?? (leaked.includes(fd) ? nothing : 'ignore'),
    )
    const child = spawn(path, args, {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      // Ctrl-C at the terminal is for the host agent, which decides what becomes of its programs.
      detached: true,
      stdio: leaked.length > 0 ? masked : fds,
    })
    closeSync(filter)
    closeSync(nothing)
    answerLife(child, lifeFd)
    if (child.pid !== undefined) {
      yieldTo(child.pid)
      monitor.watch(child.pid, depth)
    }
    const ended = end(child, before)
    running.set(child, { before, ended })
    return {
      child,
      ended,
      signal: (signal) => signalInside(child, signal),
      async kill(graceMs) {
        signalInside(child, 'SIGTERM')
        const timer = setTimeout(() => void endAll(child), graceMs)
        await ended
        clearTimeout(timer)
      },
    }
  }

  async function end(child: ChildProcess, before: readonly GuardBefore[]) {
    const result = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) => {
      child.once('error', () => done({ code: null, signal: null }))
      child.once('close', (code, signal) => done({ code, signal }))
    })
    const { peakBytes, wasEnded } = child.pid === undefined ? unwatched : monitor.forget(child.pid)
    for (const each of before) await lookAfter(each, facts.quarantine, onViolation)
    if (running.size <= 1) await repositories.settle()
    // One program that asks for more than the cap is refused it by its limit, and mostly ends by itself: not by a signal of ours, which leaves no code.
    const hasFailed = result.code !== null && result.code !== 0 && result.code !== 128 + 9
    if (caps.memoryBytes !== null && !wasEnded && hasFailed && peakBytes > 0.9 * caps.memoryBytes)
      onViolation({ code: 'sandbox_memory_exceeded', detail: `${peakBytes} bytes in use when it was refused more` })
    // SIGXFSZ: one file would have grown beyond what is left.
    if (result.code === 128 + 25)
      onViolation({ code: 'sandbox_disk_exceeded', detail: 'one file reached what was left of the cap' })
    running.delete(child)
    return result
  }

  async function endAll(child: ChildProcess) {
    if (child.pid !== undefined && running.has(child)) await endTree(child.pid)
    child.kill('SIGKILL')
  }

  function signalInside(child: ChildProcess, signal: NodeJS.Signals): void {
    if (child.pid === undefined) return
    const workload = readTree(child.pid).filter((process) => process.depth === depth && process.innerPid !== 1)
    for (const { pid } of workload) {
      sendSignal(pid, signal)
      // One that the cap on the processor has stopped would not hear it.
      if (signal !== 'SIGSTOP') sendSignal(pid, 'SIGCONT')
    }
  }

  return sandbox
}

/** A root that became a link since it was judged would be followed by whoever mounts it. */
function isItself(path: string): boolean {
  try {
    return realpathSync(path) === path
  } catch {
    return false
  }
}

function stdioOf(stdio: StdioOptions): Exclude<StdioOptions, string> {
  return typeof stdio === 'string' ? [stdio, stdio, stdio] : stdio.slice(0, 3)
}

/** On a busy machine, whoever watches has to come before what is watched. Inherited by all that it starts. */
function yieldTo(pid: number): void {
  try {
    setPriority(pid, 5)
  } catch {
    // It has ended.
  }
}
