import type { ChildProcess, StdioOptions } from 'node:child_process'
import { type Refused, type Result, refused } from '#protocol/errors.ts'
import type { Caps } from './caps/caps.ts'
import type { FenceEntry } from './files/fence.ts'
import { openLinuxSandbox } from './linux/open-linux-sandbox.ts'
import type { Dial, Resolve } from './network/dial.ts'
import type { Route } from './network/routes.ts'
import type { SandboxStatus } from './status.ts'
import type { OnViolation } from './violation.ts'

export type SandboxOptions = {
  /** The folder that the agent works in. */
  project: string
  /** `read` for planning: nothing can be changed but what `writeRoots` names. */
  projectAccess: 'write' | 'read'
  /** What of a project that is read may be changed all the same: real paths in it. Empty, absent: nothing but `writeRoots`. */
  fence?: readonly FenceEntry[]
  /** The agent's private HOME: a folder of the host, made where it is missing. It outlives the sandbox. */
  home: string
  /** The agent whose settings in HOME are the person's, and read-only: its name here, or `custom` for every one that is known. Absent: nobody's. */
  agent?: string
  /** A folder for what the sandbox itself keeps: running ones, quarantine. On a disk, not in memory. */
  state: string
  /** Folders and files that don't exist inside whatever else is shared: COUNTERSIGN_HOME, the policy. */
  hidden: readonly string[]
  /** `HOST[:PORT]` or `*.DOMAIN[:PORT]`; empty: nothing with `firewallStrict`, and without it the public network but SSH and databases. */
  allow: readonly string[]
  firewallStrict: boolean
  /** `none`: no proxy and no bridge; nothing is reached and nothing is told about what was tried. */
  network: 'proxy' | 'none'
  readRoots: readonly string[]
  writeRoots: readonly string[]
  caps: Caps
  /** `monitor`: our own watch holds the caps also where the kernel's groups could. Default: the kernel's groups where they can be had. */
  capsBy?: 'monitor'
  routes: readonly Route[]
  /** Package registries besides the known ones: readable, not publishable. */
  registries: readonly string[]
  /** The environment of the host, for its PATH, toolchains and authorities. What programs get is given at `spawn`. */
  hostEnvironment: Readonly<Record<string, string | undefined>>
  allowRoot: boolean
  onViolation: OnViolation
  /** Asked before a host is refused that a widening would open; what wants it waits. True: it is open from now on, at this port. Absent: nobody is asked. */
  askHost?(blocked: BlockedHost): Promise<boolean>
  /** How names are resolved and addresses dialled; default: by the system. */
  resolve?: Resolve
  dial?: Dial
  /** PEM authorities to trust besides the usual ones, for inspected hosts and targets of routes. */
  authorities?: readonly string[]
}

/** `isGuarded`: a port of SSH or of a database, which takes an approval of tier 3. */
export type BlockedHost = { host: string; port: number; isGuarded: boolean }

/**
 * What a program sees that runs apart from the task's: the system, `folder` (the host's own for this once; also its HOME, /tmp and shared memory) and `roots` to read, and neither
 * the project nor what the task's programs share. Their loopback is its own too.
 */
export type Apart = { folder: string; roots: readonly string[] }

export type SpawnOptions = {
  /** Default: the project. */
  cwd?: string
  /** Tokens and sockets of the host in it are left out. */
  env: Readonly<Record<string, string | undefined>>
  stdio: StdioOptions
  /** For a browser of the host's, which can't do without unix sockets. Absent: it is one of the task's programs, and has none. */
  apart?: Apart
}

export type SandboxedProcess = {
  child: ChildProcess
  /** Once it has ended, its output was read, and what it left in the project was looked at. 128 + n after signal n inside. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** Ends the program and all that it started: asks first, after `graceMs` it no longer asks. */
  kill(graceMs: number): Promise<void>
  /** Hands a signal to the programs inside, as a terminal would. */
  signal(signal: NodeJS.Signals): void
}

/** Widens by exactly one path or host. `guardedToo` (SSH and databases in strict mode) stands for an approval of tier 3. */
export type Widening = { path: string; access: 'read' | 'write' } | { host: string; guardedToo?: boolean }

export type Sandbox = {
  /** Whether there is a way out, through the proxy. */
  hasProxy: boolean
  spawn(argv: readonly string[], options: SpawnOptions): Promise<Result<SandboxedProcess>>
  status(): SandboxStatus
  /** A host counts at once, a path from the next `spawn` on. */
  widen(by: Widening): Refused | null
  /** Paths in what a program wrote to its standard error that the sandbox may have kept from it. */
  blockedPaths(words: string): { path: string; access: 'read' | 'write' }[]
  /** What a widening by this path would open: itself, or the folder in which it would be made. Null: neither may be shared. */
  openable(path: string): string | null
  /** Looks for planted git files now, for programs that run long. It is also done whenever one ends. */
  inspect(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a sandbox: programs started in it see the project, the system read-only and a HOME of their own, reach the network through one proxy that
 * decides, and are held to their caps. It tests itself before it is given out. Refuses with `sandbox_unavailable`, `sandbox_root_refused`,
 * `sandbox_self_test_failed`, `sandbox_path_blocked`, `project_invalid` or `usage`.
 */
export async function openSandbox(options: SandboxOptions): Promise<Result<Sandbox>> {
  if (process.platform === 'linux') return openLinuxSandbox(options)
  const system = process.platform === 'darwin' ? 'macOS' : process.platform === 'win32' ? 'Windows' : process.platform
  return refused('sandbox_unavailable', `there is no sandbox for ${system} yet`)
}
