import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Refused, type Result } from '#protocol/errors.ts'
import { followLinks } from '../policy/places.ts'
import type { Writable } from '../sessions/writable.ts'
import type { Caps } from './caps/caps.ts'
import { isWithin, shareable } from './files/policy.ts'
import { type Machine, readMachine } from './most.ts'
import { readAllow } from './network/allow-list.ts'
import type { Route } from './network/routes.ts'
import { type BlockedHost, openSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts'
import { readStatuses, type SandboxSummary, summarize } from './status.ts'
import type { OnViolation } from './violation.ts'

/** What the person at the host wants of the sandbox; see docs/decisions/0012. */
export type SandboxWish = {
  /** `required`: the host does not start where it does not hold. `usual`: where it doesn't, the host says so and works unprotected. */
  mode: 'required' | 'usual' | 'off'
  firewallStrict: boolean
  caps: Caps
  /** `HOST[:PORT]`; see `SandboxOptions.allow`. */
  allow: readonly string[]
  readRoots: readonly string[]
  writeRoots: readonly string[]
  allowRoot: boolean
} & Pick<SandboxOptions, 'resolve' | 'dial'>

export type SessionSandboxOptions = {
  project: string
  /** The project's own folder, where `project` is a worktree of it: the agent's private HOME is the project's. */
  source: string
  /** A folder that its programs may read besides; absent: none. */
  shelf?: string
  writable: Writable
  /** The driver's name. */
  agent: string
  routes: readonly Route[]
  onViolation: OnViolation
  askHost(blocked: BlockedHost): Promise<boolean>
}

/** Opens sandboxes for the sessions of this host; tried out once before anybody relies on it. */
export type HostSandbox = {
  /** Errors: those of `openSandbox`. */
  open(options: SessionSandboxOptions): Promise<Result<Sandbox>>
  /** What every session is held to. */
  caps: Caps
  summary(): SandboxSummary
  machine(): Machine
}

export type HostSandboxFacts = {
  /** COUNTERSIGN_HOME. */
  home: string
  policyPath: string
  /** What the agents need to be there to read, besides what PATH leads to; what may not be shared is left out. */
  agentRoots: readonly string[]
  projects: readonly string[]
  environment: Readonly<Record<string, string | undefined>>
}

/**
 * Tries the sandbox out in every project, as sessions will have it. Errors: those of `openSandbox`; whether the host then works unprotected is its
 * caller's to say, by the wish.
 */
export async function tryHostSandbox(wish: SandboxWish, facts: HostSandboxFacts): Promise<Result<HostSandbox>> {
  const state = join(facts.home, 'sandbox')
  const agentRoots = facts.agentRoots.filter((path) => shareable(path, [facts.home]).ok)
  const sandbox: HostSandbox = {
    caps: wish.caps,
    async open({ project, source, shelf, writable, agent, routes, onViolation, askHost }) {
      const root = followLinks(project)
      return openSandbox({
        project,
        projectAccess: writable === 'project' ? 'write' : 'read',
        ...(typeof writable === 'string' ? {} : { fence: writable }),
        home: join(state, 'homes', createHash('sha256').update(source).digest('hex').slice(0, 16)),
        agent,
        state,
        hidden: [...ownFolders(facts.home, [...facts.projects, project]), facts.policyPath],
        allow: wish.allow,
        firewallStrict: wish.firewallStrict,
        network: 'proxy',
        readRoots: [...wish.readRoots, ...agentRoots, ...(shelf === undefined ? [] : [shelf])],
        // What the person at the host opened stays open, but for what would open the project.
        writeRoots: wish.writeRoots.filter((path) => writable === 'project' || isApart(followLinks(path), root)),
        caps: wish.caps,
        routes,
        registries: [],
        hostEnvironment: facts.environment,
        // Where nobody asked for a sandbox, one that holds less is still better than none.
        allowRoot: wish.allowRoot || wish.mode === 'usual',
        onViolation,
        askHost,
        ...(wish.resolve ? { resolve: wish.resolve } : {}),
        ...(wish.dial ? { dial: wish.dial } : {}),
      })
    },
    summary: () => summarize(readStatuses(state)),
    machine: () => readMachine(state),
  }
  for (const project of facts.projects) {
    const tried = await sandbox.open({
      project,
      source: project,
      writable: 'project',
      agent: 'custom',
      routes: [],
      onViolation() {},
      askHost: async () => false,
    })
    if (!tried.ok) return tried
    await tried.value.close()
  }
  return ok(sandbox)
}

const isApart = (path: string, from: string) => !isWithin(path, from) && !isWithin(from, path)

/**
 * What was asked to be opened and can't be, by a typing mistake or because nobody may have it. That is no reason to work without a sandbox: whoever
 * opens one path in it wants it. Errors: `usage`, `sandbox_path_blocked`.
 */
export function mistakeIn({ allow, readRoots, writeRoots }: SandboxWish, facts: HostSandboxFacts): Refused | null {
  const hidden = [...ownFolders(facts.home, facts.projects), facts.policyPath]
  const read = [
    ...allow.map((text) => readAllow(text)),
    ...[...readRoots, ...writeRoots].map((path) => shareable(path, hidden)),
  ]
  return read.find((one): one is Refused => !one.ok) ?? null
}

/** The whole of COUNTERSIGN_HOME, or, where a project lies in it, everything in it but that project. */
function ownFolders(home: string, projects: readonly string[]): string[] {
  if (!projects.some((project) => isWithin(project, home))) return [home]
  const worktrees = join(home, 'worktrees')
  const ofOthers = existsSync(worktrees) ? readdirSync(worktrees).map((name) => join(worktrees, name)) : []
  return [...['host', 'relay', 'device', ...readdirSync(home)].map((name) => join(home, name)), ...ofOthers].filter(
    (path, at, all) => all.indexOf(path) === at && !projects.some((project) => isWithin(project, path)),
  )
}
