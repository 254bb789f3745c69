import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { chooseGroup } from '../caps/choose-group.ts'
import { createMonitor, nothingKept } from '../caps/monitor.ts'
import { settingsMounts } from '../files/agent-settings.ts'
import { writeEtc } from '../files/etc.ts'
import { inside } from '../files/mounts.ts'
import { forgetOwnRepositories } from '../files/own-repository.ts'
import { projectFolder, shareable } from '../files/policy.ts'
import { toolchainsOf } from '../files/toolchains.ts'
import { readAllow } from '../network/allow-list.ts'
import { systemDial, systemResolve } from '../network/dial.ts'
import { canonicalHost } from '../network/host-name.ts'
import { guardedPorts } from '../network/ports.ts'
import { startProxy } from '../network/proxy.ts'
import type { Sandbox, SandboxOptions } from '../sandbox.ts'
import { selfTest } from '../self-test.ts'
import { readStatuses, runName } from '../status.ts'
import { writeTools } from '../tools.ts'
import { startBridge } from './bridge.ts'
import { gitIdentity } from './git-identity.ts'
import { createLinuxSandbox } from './linux-sandbox.ts'
import { seccompFilter } from './seccomp.ts'
import { findTools } from './system.ts'

/** A unix socket's path ends here (unix(7)). */
const socketPathMost = 107

/** What was opened is closed again where the rest can't be: on a full disk, or where a folder is not ours to write in. */
export async function openLinuxSandbox(options: SandboxOptions): Promise<Result<Sandbox>> {
  const undo: (() => void | Promise<void>)[] = []
  try {
    const opened = await open(options, undo)
    if (opened.ok) return opened
    await unwind(undo)
    return opened
  } catch (error) {
    await unwind(undo)
    const { code = '', message } = error as NodeJS.ErrnoException
    return refused('sandbox_unavailable', reasons[code] ?? message)
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space and try again',
  EDQUOT: 'this user’s share of the disk is full: free some space and try again',
  EROFS: 'COUNTERSIGN_HOME lies on a disk that can’t be written to',
}

/** The last first, and each once. */
async function unwind(undo: (() => void | Promise<void>)[]): Promise<void> {
  for (let step = undo.pop(); step; step = undo.pop()) await step()
}

async function open(options: SandboxOptions, undo: (() => void | Promise<void>)[]): Promise<Result<Sandbox>> {
  const machine = process.arch === 'x64' || process.arch === 'arm64' ? process.arch : null
  if (machine === null) return refused('sandbox_unavailable', `no table of system calls for ${process.arch}`)
  const tools = findTools()
  if (!tools.ok) return refused('sandbox_unavailable', `install ${tools.missing.join(' and ')}`)
  if (process.getuid?.() === 0 && !options.allowRoot && !options.hostEnvironment.CI)
    return refused('sandbox_root_refused')

  const hidden = privateFolders([...options.hidden, options.state, options.home])
  const project = projectFolder(options.project, hidden)
  if (!project.ok) return project
  const shared = [...options.readRoots, ...options.writeRoots].map((path) => shareable(path, hidden))
  for (const path of shared) if (!path.ok) return path
  const entries = options.allow.map((text) => readAllow(text))
  for (const entry of entries) if (!entry.ok) return entry
  const roots = shared.flatMap((path) => (path.ok ? [path.value] : []))

  readStatuses(options.state) // removes what killed ones left
  forgetOwnRepositories(options.state)
  const id = runName(randomBytes(4).toString('hex'))
  const run = join(realpathSync(options.state), 'run', id)
  undo.push(() => rmSync(run, { recursive: true, force: true }))
  const folder = (name: string) => {
    mkdirSync(join(run, name), { recursive: true, mode: 0o700 })
    return join(run, name)
  }
  const uid = process.getuid?.() || 1_000
  const gid = process.getgid?.() || 1_000
  const allow = { strict: options.firewallStrict, entries: entries.flatMap((entry) => (entry.ok ? [entry.value] : [])) }
  const group = options.capsBy === 'monitor' ? null : await chooseGroup(id, options.caps)
  if (group) undo.push(group.close)
  const temporary = folder('tmp')
  const etc = folder('etc')
  const mounted = writeEtc(etc, { uid, gid, home: inside.home, ...gitIdentity(options.hostEnvironment) })
  const filters = folder('filter')
  const countsMemory = options.caps.memoryBytes !== null && !group?.kept.memory
  const writeFilter = (name: string, unixSockets: boolean) => {
    writeFileSync(join(filters, name), seccompFilter(machine, { countsMemory, unixSockets }))
    return join(filters, name)
  }
  const filter = writeFilter('seccomp.bpf', false)
  const socketFolder = join(run, 'p').length < socketPathMost ? run : mkdtempSync(join(tmpdir(), 'countersign-'))
  if (socketFolder !== run) undo.push(() => rmSync(socketFolder, { recursive: true, force: true }))
  const socket = join(socketFolder, 'p')
  let violations = 0
  let isTested = false
  const onViolation: SandboxOptions['onViolation'] = (violation) => {
    // What the self-test provokes is nobody's.
    if (!isTested) return
    violations++
    options.onViolation(violation)
  }

  const proxy =
    options.network === 'none'
      ? null
      : await startProxy({
          socket,
          allow: () => allow,
          routes: options.routes,
          registries: options.registries.flatMap((host) => canonicalHost(host) ?? []),
          resolve: options.resolve ?? systemResolve,
          dial: options.dial ?? systemDial,
          authorities: options.authorities ?? [],
          now: Date.now(),
          onViolation,
          async ask({ host, port }) {
            const isGuarded = guardedPorts.has(port)
            if (!isTested || !(await options.askHost?.({ host, port, isGuarded }))) return false
            allow.entries.push({ host, wide: false, port, guardedToo: isGuarded })
            return true
          },
        })
  if (proxy) {
    undo.push(proxy.close)
    chmodSync(socket, 0o600)
  }
  writeTools(folder('tools'), proxy?.certificate ?? '', options.hostEnvironment.NODE_EXTRA_CA_CERTS)
  const bridge = proxy && (await startBridge(tools.value, socket, uid, gid))
  if (proxy && !bridge) return refused('sandbox_unavailable', 'the bridge to the proxy did not start')
  if (bridge) undo.push(bridge.close)
  const sandbox = createLinuxSandbox({
    id,
    state: realpathSync(options.state),
    run,
    path: options.hostEnvironment.PATH ?? '',
    tools: tools.value,
    uid,
    gid,
    hidden,
    project: project.value,
    projectAccess: options.projectAccess,
    fence: options.fence ?? [],
    readRoots: roots.slice(0, options.readRoots.length),
    writeRoots: roots.slice(options.readRoots.length),
    home: realpathSync(options.home),
    settings: settingsMounts(options.agent ?? null, options.hostEnvironment.HOME ?? '/root', {
      home: realpathSync(options.home),
      copies: folder('settings'),
    }),
    temporary,
    sharedMemory: folder('shm'),
    etc: { folder: etc, mounted },
    toolsFolder: join(run, 'tools'),
    toolchains: toolchainsOf(
      options.hostEnvironment.PATH ?? '',
      options.hostEnvironment.HOME ?? '/root',
      options.hostEnvironment,
    ),
    filter,
    apartFilter: writeFilter('apart.bpf', true),
    quarantine: join(realpathSync(options.state), 'quarantine'),
    allow,
    routes: options.routes,
    bridge,
    caps: options.caps,
    group,
    monitor: createMonitor(options.caps, group?.kept ?? nothingKept, onViolation),
    violations: () => violations,
    onViolation,
    release: () => unwind(undo),
  })
  undo.push(sandbox.stop)
  const problem = await selfTest(sandbox, project.value, hidden)
  if (problem) return problem
  sandbox.passed()
  isTested = true
  return ok(sandbox)
}

/** Makes folders of those that are missing, so that they have a real path and can be covered. */
function privateFolders(paths: readonly string[]): string[] {
  for (const path of paths) if (!existsSync(path)) mkdirSync(path, { recursive: true, mode: 0o700 })
  return [...new Set(paths.map((path) => realpathSync(path)))]
}
