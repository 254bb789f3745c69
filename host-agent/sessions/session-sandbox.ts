import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { ok, type Result, refused } from '#protocol/errors.ts'
import type { GateAnswer, LeftSandbox, ToolRequest } from '../agents/driver.ts'
import { type ProcessGroup, type ProgramStart, startProcessGroup } from '../agents/process-group.ts'
import { type WideningWish, wideningRequest } from '../approvals/widening-request.ts'
import { findProgram } from '../files.ts'
import type { HostSandbox } from '../sandbox/host-sandbox.ts'
import { modelRoutes } from '../sandbox/model-routes.ts'
import type { Sandbox, Widening } from '../sandbox/sandbox.ts'
import type { Violation } from '../sandbox/violation.ts'
import { saysRefused, violationsIn } from '../sandbox/words.ts'
import type { Writable } from './writable.ts'

const stops: ReadonlySet<string> = new Set([
  'sandbox_publish_blocked',
  'sandbox_protocol_blocked',
  'sandbox_names_blocked',
  'sandbox_memory_exceeded',
  'sandbox_disk_exceeded',
])

/** Questions about the sandbox that one session may put; beyond them it is refused without asking. */
const questionsMost = 10

export type SessionSandbox = {
  /** Starts a program in the session's sandbox, or as it is where the host has none. Errors: those of `openSandbox`, `sandbox_disk_exceeded`. */
  start(program: ProgramStart): Promise<Result<ProcessGroup>>
  /**
   * Looks in a program's words for a path that was kept from it, and asks whether to open it. True: it is open for what is started from now on.
   * `again`: the command that is run once more when it is allowed, shown with the question.
   */
  unblock(words: string, again: string | null): Promise<boolean>
  /** Asks whether one program runs once more without the sandbox: see `RunContext.leave`. It is asked each time, and its answer is for this once. */
  leave(words: string, again: string, program: ProgramStart): Promise<LeftSandbox | null>
  /** Listens to what an agent's own commands write, each by its `key`, and asks about paths that were kept from them while it goes on. */
  hear(key: string, words: string): void
  /** One of them has ended; where it failed, what its words say was kept from it is told now, as its agent lives on. */
  commandEnded(key: string, hasFailed: boolean): void
  /** Opens files that a person let an agent change although its fence keeps them; what is not there yet, or is none, stays closed. What runs already can't see it. */
  allow(paths: readonly string[]): Promise<void>
  /** Once nothing of that is asked any more. True: something was opened, which what runs already can't see. */
  reopened(): Promise<boolean>
  /** Looks now for what was planted for git to obey. */
  inspect(): Promise<void>
  close(): Promise<void>
}

export type SessionSandboxFacts = {
  host: HostSandbox | null
  project: string
  /** The project's own folder, where `project` is a worktree of it. */
  source: string
  /** A folder that its programs may read. Absent: none. */
  shelf?: string | undefined
  /** Asked with each program: what is opened anew when it has changed. */
  writable(): Writable
  agent: string
  ask(request: ToolRequest): Promise<GateAnswer>
  executed(approvalId: string): void
  onViolation(violation: Violation): void
}

/** The one sandbox of a session, opened with its first program, and widened by exactly what people approve. */
export function sessionSandbox({
  host,
  project,
  source,
  shelf,
  writable,
  agent,
  ask,
  executed,
  onViolation,
}: SessionSandboxFacts): SessionSandbox {
  let opened: Promise<Result<Sandbox>> | null = null
  let openedFor: Writable | null = null
  /** Paths that people opened: a sandbox that follows has them too. */
  const widened: Widening[] = []
  let isClosed = false
  /** Something was stopped that no path and no host opens. */
  let wasStopped = false
  /** How often the sandbox has said that memory was the reason. */
  let memoryStops = 0
  /** What commands of the agent say was kept from them, by their keys: it counts once one of them has failed. */
  const heard = new Map<string, { said: readonly Violation[]; memoryStops: number }>()
  /** One question for each thing; its answer holds for the session. */
  const asked = new Map<string, Promise<boolean>>()

  function violated(violation: Violation): void {
    wasStopped ||= stops.has(violation.code)
    if (violation.code === 'sandbox_memory_exceeded') memoryStops += 1
    onViolation(violation)
  }

  /** Memory that the sandbox itself has told of meanwhile is not told again. */
  function tellSaid({ said, memoryStops: before }: { said: readonly Violation[]; memoryStops: number }): void {
    for (const violation of said)
      if (violation.code !== 'sandbox_memory_exceeded' || memoryStops === before) violated(violation)
  }
  const listen = (host: HostSandbox, words: string) =>
    violationsIn(words, { capsMemory: host.caps.memoryBytes !== null })

  /** What nothing but its words tells of a program: see `violationsIn`. */
  function hearAtEnd(host: HostSandbox, group: ProcessGroup): ProcessGroup {
    const before = memoryStops
    const ended = group.ended.then((end) => {
      if (end.code !== 0) tellSaid({ said: listen(host, group.lastWords()), memoryStops: before })
      return end
    })
    return { ...group, ended }
  }

  let hearing: Promise<boolean>[] = []
  const keyOf = (wish: WideningWish) => JSON.stringify(wish)
  function question(wish: WideningWish, widen: () => boolean): Promise<boolean> {
    const key = keyOf(wish)
    const before = asked.get(key)
    if (before) return before
    if (asked.size >= questionsMost) return Promise.resolve(false)
    const answered = ask(wideningRequest(wish)).then((answer) => {
      const isOpen = answer.answer === 'allow' && widen()
      if (answer.answer === 'allow' && answer.approvalId !== null) executed(answer.approvalId)
      return isOpen
    })
    asked.set(key, answered)
    return answered
  }

  /** What a program's words say was kept from it, as questions that were not put yet. */
  function questionsFor(sandbox: Sandbox, words: string, again: string | null): (() => Promise<boolean>)[] {
    return sandbox.blockedPaths(words).flatMap(({ path, access }) => {
      const place = sandbox.openable(path)
      const wish: WideningWish = { open: access, path: place ?? '', again }
      // What is open and still does not work has another reason.
      if (place === null || asked.has(keyOf(wish))) return []
      return [() => question(wish, () => widen(sandbox, { path: place, access }))]
    })
  }

  function widen(sandbox: Sandbox, by: Widening): boolean {
    widened.push(by)
    return sandbox.widen(by) === null
  }

  async function open({ env, keyHosts }: ProgramStart): Promise<Result<Sandbox>> {
    const sandbox = await (host as HostSandbox).open({
      project,
      source,
      ...(shelf === undefined ? {} : { shelf }),
      writable: openedFor ?? 'none',
      agent,
      routes: modelRoutes(env, keyHosts),
      onViolation: violated,
      askHost: ({ host, port, isGuarded }) => question({ open: 'host', host, port, isGuarded }, () => true),
    })
    if (sandbox.ok) for (const by of widened) sandbox.value.widen(by)
    if (sandbox.ok && isClosed) await sandbox.value.close()
    return sandbox
  }

  return {
    async start(program) {
      // What may only run apart from all else does not run where nothing keeps it apart.
      if (host === null) return program.apart ? refused('sandbox_unavailable') : ok(startProcessGroup(program))
      const wanted = writable()
      if (opened && openedFor !== wanted) {
        const before = await opened
        opened = null
        if (before.ok) await before.value.close()
      }
      openedFor = wanted
      opened ??= open(program)
      const sandbox = await opened
      const started = sandbox.ok ? await startInside(sandbox.value, program) : sandbox
      return started.ok ? ok(hearAtEnd(host, started.value)) : started
    },
    async unblock(words, again) {
      const sandbox = await opened
      if (!sandbox?.ok || isClosed) return false
      for (const ask of questionsFor(sandbox.value, words, again)) if (await ask()) return true
      return false
    },
    async leave(words, again, program) {
      const sandbox = await opened
      if (!sandbox?.ok || isClosed || !(saysRefused(words) || wasStopped)) return null
      wasStopped = false
      // A path that people keep closed is no reason to ask them for everything.
      for (const { path, access } of sandbox.value.blockedPaths(words)) {
        const place = sandbox.value.openable(path)
        if (place !== null && (await asked.get(keyOf({ open: access, path: place, again }))) === false) return null
      }
      const answer = await ask({ ...wideningRequest({ open: 'all', again }), environment: program.env })
      // Nobody but a person lets a command out: no rule, no plan, no policy.
      if (answer.answer !== 'allow' || answer.approvalId === null || isClosed) return null
      const path = program.argv0 === undefined ? program.path : (answer.executable ?? program.path)
      return { group: startProcessGroup({ ...program, path }), approvalId: answer.approvalId }
    },
    hear(key, words) {
      const said = host ? listen(host, words) : []
      if (said.length > 0) heard.set(key, { said, memoryStops })
      void opened?.then((sandbox) => {
        if (sandbox.ok && !isClosed) hearing.push(...questionsFor(sandbox.value, words, null).map((ask) => ask()))
      })
    },
    commandEnded(key, hasFailed) {
      const before = heard.get(key)
      if (before && hasFailed) tellSaid(before)
      heard.delete(key)
    },
    async allow(paths) {
      const sandbox = await opened
      if (!sandbox?.ok || isClosed) return
      const isOpen = (path: string) => widened.some((by) => 'path' in by && by.path === path && by.access === 'write')
      const files = paths.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() && !isOpen(path))
      for (const path of files) hearing.push(Promise.resolve(widen(sandbox.value, { path, access: 'write' })))
    },
    async reopened() {
      const answers = await Promise.all(hearing)
      hearing = []
      return answers.includes(true)
    },
    async inspect() {
      const sandbox = await opened
      if (sandbox?.ok) await sandbox.value.inspect()
    },
    async close() {
      isClosed = true
      const sandbox = await opened
      if (sandbox?.ok) await sandbox.value.close()
    },
  }
}

async function startInside(sandbox: Sandbox, program: ProgramStart): Promise<Result<ProcessGroup>> {
  const { path, args, argv0, cwd, env, apart } = program
  const isThere = (await findProgram(path, env.PATH ?? '', cwd)) !== null
  // Some programs are many, and tell by the name they are called by.
  const name = argv0 !== undefined && basename(argv0) !== basename(path) ? argv0 : path
  const started = await sandbox.spawn([name, ...args], { cwd, env, stdio: 'pipe', ...(apart ? { apart } : {}) })
  if (!started.ok) return started
  const { child, ended, kill } = started.value
  const { stdin, stdout, stderr } = child
  if (!stdin || !stdout || !stderr) throw new Error('no pipes')
  let words = ''
  stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(-4_000)
  })
  stdin.on('error', () => {})
  return ok({
    child: { pid: child.pid, stdin, stdout, stderr },
    failed: Promise.resolve(isThere ? null : `${path} was not found`),
    ended,
    lastWords: () => words,
    kill,
  })
}
