import { join } from 'node:path'
import { errors, ok } from '#protocol/errors.ts'
import type { AgentChoices, Chosen } from '#protocol/statements/choices.ts'
import type { AgentEvent, AgentRun, Driver, RunContext, RunEnd } from '../agents/driver.ts'
import { endLeftover, startOf } from '../agents/process-group.ts'
import { boundAsks } from '../approvals/bound-asks.ts'
import type { Gate } from '../approvals/gate.ts'
import { watchDenials } from '../approvals/watch-denials.ts'
import { type OperationWatch, watchOperations } from '../approvals/watch-operations.ts'
import { sessionPictures } from '../artifacts/session-pictures.ts'
import { openShelf } from '../artifacts/shelf.ts'
import type { TaskArtifacts } from '../artifacts/task-artifacts.ts'
import type { HostContext } from '../context.ts'
import { openSnapshots, type Snapshots } from '../git/snapshot.ts'
import { isFullDisk } from '../journal/disk.ts'
import type { TaskMemory } from '../journal/memory.ts'
import { approvedOperation } from '../plan/find-plan.ts'
import { type SessionPlan, sessionPlan } from '../plan/session-plan.ts'
import { followLinks } from '../policy/places.ts'
import { findBrowser } from '../projects/find-browser.ts'
import type { ProjectChecks } from '../projects/projects-file.ts'
import { runChecks } from '../projects/run-checks.ts'
import { openReportFiles } from '../results/report-files.ts'
import { sessionTests } from '../results/session-tests.ts'
import type { HostSandbox } from '../sandbox/host-sandbox.ts'
import { openLiveDiff } from '../tasks/open-live-diff.ts'
import { sessionBudget } from '../usage/session-budget.ts'
import { chosenSession } from './session-before.ts'
import { sessionPrompts } from './session-prompts.ts'
import { sessionSandbox } from './session-sandbox.ts'
import type { Writable } from './writable.ts'

export type SessionPlace = {
  /** The folder in which the task works: the project's own, or that of the task's worktree. */
  project: string
  /** The project's own folder and name. */
  source: string
  projectName: string
  /** The host's own folder for this task. */
  folder: string
  /** The agent's session of an earlier task, in which this one goes on. */
  goesOnIn: string | null
  /** What goes before the words that the task began with; empty: nothing. */
  preface: string
  environment: Readonly<Record<string, string | undefined>>
  /** Null: this host has none. */
  sandbox: HostSandbox | null
  /** What the agent offers, and what it runs with. */
  offers(offered: AgentChoices, chosen: Chosen): void
  /** What of the project the session may change. */
  writable: Writable
  /** What the host does by itself once the agent has changed something. */
  checks: ProjectChecks
  artifacts: TaskArtifacts
  /** Its agent had ended its last turn when a person said more: it begins with that. */
  isAgain: boolean
}

export type Session = {
  ended: Promise<RunEnd>
  interrupt(): void
  /** Model, mode or effort anew: kept for what comes after a restart, or refused in the task's log. */
  choose(wanted: Chosen): Promise<void>
  cancel(): void
  /** The host agent stops: the agent is ended and nothing is said about it, so that the next start goes on from here. */
  abandon(): void
}

/** Of one session the journal keeps so many of what the sandbox kept from it; an agent may try without end. */
const violationsMost = 200

/** Kinds of an agent's tools that change nothing; one that is unknown may. */
const harmless: ReadonlySet<string> = new Set(['read', 'search', 'think'])

/** A task's life with its agent: from the start (or from where a restart of the host agent found it) to its end. */
export function startSession(
  context: HostContext,
  gate: Gate,
  driver: Driver,
  task: TaskMemory,
  place: SessionPlace,
  tell: (event: AgentEvent) => void,
): Session {
  const { memory, log } = context
  const controller = new AbortController()
  let abandoned = false
  let interrupt = () => {}
  let chooseIn: AgentRun['choose'] | null = null
  /** Why the host itself ended the agent. */
  let stopped: RunEnd | null = null
  /** As far as its own words say. */
  let hasActed = false
  let plan: SessionPlan | null = null
  const denials = watchDenials(place.project)
  let operations: OperationWatch | null = null
  const ask = boundAsks({
    async ask(request) {
      if (controller.signal.aborted || !(await maySpend())) return { answer: 'canceled' }
      const answer = await (plan ? plan.ask(request) : gate.ask(asker, request))
      await denials.answered(request, answer)
      const deviation = (await operations?.answered(request, answer)) ?? null
      if (deviation === null) return answer
      stop(deviation)
      return { answer: 'canceled' }
    },
    refuse(code, isFirst) {
      void memory.record({ type: 'refused', taskId: task.id, digest: null, code })
      if (isFirst && !abandoned) tell({ type: 'refused', code })
    },
    stop,
  })
  const asker = {
    taskId: task.id,
    session: task.id,
    salt: task.salt,
    project: place.project,
    projectName: place.projectName,
    agent: driver.name,
    // What is still being looked at when the session ends is asked of nobody.
    signal: controller.signal,
  }
  const maySpend = sessionBudget({
    budget: context.budget,
    taskId: task.id,
    ask: (request) => gate.ask(asker, request),
    executed: (approvalId) => void (abandoned || gate.executed(approvalId, null)),
    signal: controller.signal,
    stop,
  })
  const tests = sessionTests(openReportFiles(place.project), (report) => void (abandoned || tell(report)))
  const shelf = openShelf()
  let violations = 0
  const sandbox = sessionSandbox({
    host: place.sandbox,
    project: place.project,
    source: place.source,
    shelf: shelf.folder,
    writable: () => plan?.writable() ?? place.writable,
    agent: driver.name,
    ask,
    executed: (approvalId) => void (abandoned || gate.executed(approvalId, null)),
    onViolation({ code, detail }) {
      violations += 1
      if (violations <= violationsMost)
        void memory.record({ type: 'violation', taskId: task.id, code, detail: detail.slice(0, 500) })
      if (!abandoned) tell({ type: 'notice', code, text: `${errors[code][1]} (${detail.slice(0, 500)})` })
    },
  })

  const prompts = sessionPrompts(context, task, driver, tell)
  function nextPrompt(): string | null {
    hasActed = true
    return prompts.next()
  }
  function stop(end: RunEnd): void {
    stopped ??= end
    if (controller.signal.aborted) return
    controller.abort()
    void gate.withdraw(task.id)
  }

  /** One look at a time; what changes meanwhile is seen by the next one. */
  let looking: Promise<void> = Promise.resolve()
  function lookAround(): Promise<void> {
    looking = looking.then(async () => {
      const end = (await denials.look()) ?? (await plan?.look()) ?? (await operations?.look()) ?? null
      if (end) stop(end)
    })
    return looking
  }

  async function keepProcess(pid: number): Promise<void> {
    const startedAt = startOf(pid)
    if (startedAt !== null) await memory.record({ type: 'process', taskId: task.id, pid, startedAt })
  }

  async function run(): Promise<RunEnd> {
    const snapshots = await openSnapshots(place.project, join(place.folder, 'snapshots'), place.environment.PATH ?? '')
    const isFirst = task.base === null
    // Of what an agent did before a restart only a part is known.
    hasActed = task.session !== null || place.isAgain
    const told = (event: AgentEvent) => void (abandoned || tell(event))
    const shown = sessionPictures(place.artifacts, told)
    const diff = await openLiveDiff(context, task, {
      snapshots,
      artifacts: place.artifacts,
      pictures: shown,
      tell: told,
    })
    if (task.request.planFirst) {
      if (!driver.plans || (snapshots === null && place.sandbox === null))
        return { state: 'rejected', code: 'plan_unsupported' }
      plan = await sessionPlan({
        project: followLinks(place.project),
        approved: () => approvedOperation(context, task.id),
        ask: (request) => gate.ask(asker, request),
        executed: (approvalId) => gate.executed(approvalId, null),
        open: sandbox.allow,
        refuse: (code) => void (abandoned || tell({ type: 'refused', code })),
        hasFence: place.sandbox !== null,
        snapshots,
        base: task.base,
      })
    }
    if (!place.isAgain) prompts.attach(task.request.attachments)
    const said = place.isAgain ? nextPrompt() : null
    if (driver.actsItself && !plan) {
      // In the project's own folder people, and their programs, go on working.
      const alone = place.project === place.source ? null : snapshots
      operations = watchOperations({
        project: followLinks(place.project),
        snapshots: alone,
        base: alone && (isFirst ? task.base : await alone.take()),
        allows: async (request) => (await gate.judge(asker, request)) === 'allow',
      })
    }
    const runContext: RunContext = {
      project: place.project,
      text: said ?? place.preface + task.request.text,
      session: task.session ?? place.goesOnIn,
      mustGoOn: chosenSession(task.request) !== undefined,
      isResumed: said === null && task.session !== null,
      earlier: task.answered,
      environment: place.environment,
      chosen: task.chosen,
      offers: place.offers,
      plan,
      maySpend,
      ask,
      executed(approvalId, exitCode) {
        if (abandoned) return
        gate.executed(approvalId, exitCode)
        void plan?.executed(approvalId)
      },
      ended: (request) => void operations?.ended(request),
      async turnEnded() {
        await operations?.settle()
        await lookAround()
      },
      start: sandbox.start,
      unblock: sandbox.unblock,
      leave: sandbox.leave,
      reopened: sandbox.reopened,
      changed() {
        void sandbox.inspect().finally(diff.changed)
        void lookAround()
      },
      emit(told) {
        if (abandoned) return
        const event = told.type === 'usage' ? context.priced(told) : told
        hasActed ||= event.type === 'tool' && !harmless.has(event.kind)
        plan?.hear(event)
        if (event.type === 'usage') context.used({ task, project: place.projectName }, event)
        tell(event)
        tests.hear(event)
        if (event.type === 'output' && driver.name !== 'command') sandbox.hear(event.key, event.text)
        if (event.type === 'tool' && (event.status === 'failed' || event.status === 'completed'))
          sandbox.commandEnded(event.key, event.status === 'failed')
      },
      show: (name, content) => void (abandoned || shown.show(name, content)),
      keepSession: (session) => memory.record({ type: 'session', taskId: task.id, session: session.slice(0, 500) }),
      keepProcess,
      nextPrompt,
      pictures: prompts.pictures,
      shelve: shelf.put,
      signal: controller.signal,
    }
    const started = driver.start(runContext)
    chooseIn = started.choose ?? null
    interrupt = started.interrupt
    const end = await started.ended
    if (end.state === 'completed' && !controller.signal.aborted)
      await runChecks(place.checks, {
        isIsolated: place.sandbox !== null,
        // What can't be compared counts as changed.
        isChanged: async () => snapshots === null || (await snapshots.take()) !== task.base,
        project: place.project,
        environment: place.environment,
        start: sandbox.start,
        keepProcess,
        tell: told,
        tests,
        pictures: shown,
        browser: findBrowser(),
        signal: controller.signal,
        lookAround,
        operations,
      })
    await sandbox.close()
    if (abandoned) return end
    log('agent.ended', { taskId: task.id, state: end.state, code: end.code ?? null })
    await gate.finish(task.id)
    await tests.settled()
    await diff.last()
    await shown.settled()
    if (!controller.signal.aborted) await lookAround()
    if (stopped) return stopped
    if (controller.signal.aborted) return { state: 'canceled' }
    const isUntouched = !hasActed && (driver.onlyReads || (await isAsBefore(snapshots, task.base)))
    return isUntouched ? { ...end, untouched: true } : end
  }

  return {
    ended: run()
      .catch((error: Error): RunEnd => {
        log('session.failed', { taskId: task.id, reason: error.message })
        return { state: 'failed', code: isFullDisk(error) ? 'disk_full' : 'internal' }
      })
      .finally(shelf.remove),
    async choose(wanted) {
      const chosen = (await chooseIn?.(wanted)) ?? ok(undefined)
      if (chosen.ok) await memory.record({ type: 'chosen', taskId: task.id, chosen: wanted })
      else tell({ type: 'refused', code: chosen.code, detail: chosen.detail ?? '' })
    },
    interrupt() {
      void gate.withdraw(task.id)
      interrupt()
    },
    abandon() {
      abandoned = true
      void sandbox.close()
      shelf.remove()
      if (task.process) endLeftover(task.process.pid, task.process.startedAt)
    },
    cancel() {
      controller.abort()
      void gate.withdraw(task.id)
    },
  }
}

/** Where git can't tell, it may have changed. */
const isAsBefore = async (snapshots: Snapshots | null, base: string | null): Promise<boolean> =>
  base !== null && (await snapshots?.take()) === base
