import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrorCode, ok, type Result } from '#protocol/errors.ts'
import { type TaskState, terminalStates } from '#protocol/records.ts'
import type { Attachment } from '#protocol/statements/attachment.ts'
import type { AgentChoices, Chosen } from '#protocol/statements/choices.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import type { Route } from '#protocol/statements/route.ts'
import type { Input, TaskRequest } from '#protocol/statements/task.ts'
import type { AgentEvent, RunEnd } from '../agents/driver.ts'
import { endLeftover } from '../agents/process-group.ts'
import type { Gate } from '../approvals/gate.ts'
import type { HostContext } from '../context.ts'
import type { TaskMemory } from '../journal/memory.ts'
import { setLocked } from '../lock.ts'
import { taskPull } from '../pulls/task-pull.ts'
import { hearHostInput } from '../relay/hear-host-input.ts'
import type { Outbox } from '../relay/outbox.ts'
import { type Session, startSession } from '../sessions/session.ts'
import { sessionBefore } from '../sessions/session-before.ts'
import { whyHalted } from '../team/why-halted.ts'
import { endingWork } from '../worktree/ending-work.ts'
import { firstRequest } from './first-request.ts'
import { grantTask } from './grants.ts'
import { nextRoute } from './next-route.ts'
import { takerOf } from './taker-of.ts'
import { openTaskLog, type TaskLog } from './task-log.ts'
import type { TasksPorts } from './tasks-ports.ts'
import { createEndedTeller } from './tell-ended.ts'
import { titleOf } from './title-of.ts'
import { whyRoute } from './why-route.ts'

/** Sessions at work at once; further tasks wait in the order in which they came. */
const atOnce = 8

export type Tasks = {
  /** Takes a task on. Durable when it resolves; a repeat does nothing. */
  accept(from: string, request: TaskRequest, statement: string): Promise<void>
  /** What a device (`from`) says about a task or about the host. */
  input(from: string, input: Input): Promise<void>
  /** Locks the host, ends every task and takes back what scripts and hooks wait for, at once; answers how many tasks. `by`: the device that asked, null: somebody at the host. */
  stopAll(by: string | null): Promise<number>
  /** Logs that the relay does not have whole yet, or that still grow. */
  unsent(): number
  emit(taskId: string, event: TaskEvent): void
  /** Tells every task that has not ended. */
  emitAll(event: TaskEvent): void
  setOpenQuestions(taskId: string, count: number): void
  /** After a start: goes on with what was under way. Errors: `journal_damaged`. */
  recover(): Promise<Result<void>>
  /** The connection stands anew. */
  resume(): void
  close(): Promise<void>
}

type Running = {
  task: TaskMemory
  log: TaskLog
  /** It takes one of the places at work, also while its folder is made. */
  isLive: boolean
  session: Session | null
  /** What its agent's session runs with; null: it has not said so. */
  chosen: Chosen | null
  /** Its agent takes what people say to it, until the work is put away. */
  hears: boolean
  wanted: TaskState
}

const apart = (branch: string) =>
  `Its changes are on the branch ${branch}, apart from the project: choose what becomes of them.`
const restarted = 'The host agent was restarted; the task goes on.'
const unheard = 'The agent takes nothing more in this task. Go on in another one.'

export function createTasks(context: HostContext, gate: () => Gate, ports: TasksPorts): Tasks {
  const { memory, clock, log } = context
  const running = new Map<string, Running>()
  /** Also of ended tasks, until the relay has all of them. */
  const outboxes = new Map<string, Outbox>()
  const waiting: Running[] = []
  let closing = false
  const tellEnded = createEndedTeller(context)

  async function open(task: TaskMemory): Promise<Result<Running>> {
    const chosen = takerOf(firstRequest(memory.tasks, task.request), ports.drivers, ports.projects)
    const opened = await openTaskLog(context, task, {
      folder: join(ports.folder, task.id),
      project: chosen.ok ? chosen.value.project.path : null,
      blobs: ports.blobs,
      disk: ports.disk,
      append: ports.append,
      finished() {
        const state = outboxes.get(task.id)?.lastState() ?? null
        outboxes.delete(task.id)
        tellEnded(task, state, chosen.ok ? chosen.value.project.name : '').catch((error: Error) =>
          log('ended.untold', { taskId: task.id, reason: error.message }),
        )
      },
    })
    if (!opened.ok) return opened
    outboxes.set(task.id, opened.value.outbox)
    const entry: Running = {
      task,
      log: opened.value,
      isLive: false,
      session: null,
      chosen: null,
      hears: !task.request.finish && chosen.ok && chosen.value.driver.hears === true,
      wanted: task.state,
    }
    running.set(task.id, entry)
    return { ok: true, value: entry }
  }

  const notice = (entry: Running, code: string, text: string) =>
    entry.log.tell({ type: 'notice', at: clock.now(), code, text })

  /** The log's word comes first: after a crash in between, the journal follows it. */
  async function setState(
    entry: Running,
    state: TaskState,
    why: { code?: string; detail?: string } = {},
  ): Promise<void> {
    if (entry.wanted === state || terminalStates.has(entry.wanted)) return
    entry.wanted = state
    const { code, detail } = why
    const event: TaskEvent = {
      type: 'state',
      at: clock.now(),
      state,
      ...(code === undefined ? {} : { code }),
      ...(detail === undefined ? {} : { detail: detail.slice(0, 2_000) }),
    }
    if (terminalStates.has(state)) await entry.log.settle()
    entry.log.tell(event, state)
    ports.tell(entry.task.id, state)
    await entry.log.outbox.flush()
    await memory.record({ type: 'state', taskId: entry.task.id, state, ...(isErrorCode(code) ? { code } : {}) })
  }

  function start(entry: Running): void {
    if ([...running.values()].filter(({ isLive }) => isLive).length >= atOnce) {
      waiting.push(entry)
      return
    }
    entry.isLive = true
    void live(entry).catch((error: Error) => log('task.failed', { taskId: entry.task.id, reason: error.message }))
  }

  async function live(entry: Running): Promise<void> {
    const { task } = entry
    const chosen = task.request.finish
      ? endingWork(task.id, task.request.finish, { ...ports, knownSecrets: context.knownSecrets })
      : takerOf(firstRequest(memory.tasks, task.request), ports.drivers, ports.projects)
    if (!chosen.ok) {
      // Killed after the ending and before its last word: the worktree is gone because it was done.
      const isDone = chosen.code === 'work_not_found' && task.state === 'working'
      return end(entry, isDone ? 'completed' : 'rejected', isDone ? {} : chosen)
    }
    const { driver, project } = chosen.value
    const about = { text: task.request.text, project: project.name }
    if (task.route !== null && task.state === 'submitted')
      notice(entry, 'route', whyRoute(ports.routes, task.route, about))
    ports.setBusy(true)
    const refusal = await ports.admit(driver, (text) => notice(entry, 'agent_unproven', text))
    if (isOver(entry)) return
    if (refusal) {
      await gate().finish(task.id)
      return end(entry, task.state === 'submitted' ? 'rejected' : 'failed', refusal)
    }
    const before = await sessionBefore(memory.tasks, ports.worktrees, task, driver)
    if (!before.ok) return end(entry, 'rejected', before)
    const pull = await taskPull(task, chosen.value, gate(), {
      folder: join(ports.folder, task.id),
      environment: ports.environment,
      now: clock.now(),
      say: (code, text) => notice(entry, code, text),
    })
    if (isOver(entry)) return
    const work = driver.onlyReads
      ? ok({ project: project.path, said: null })
      : await ports.worktrees.open(task, project.path, pull?.head ?? null)
    if (isOver(entry)) return
    if (!work.ok) {
      // What it asked before a restart, nobody waits for any more.
      await gate().finish(task.id)
      return end(entry, 'failed', work)
    }
    if (work.value.said !== null) notice(entry, 'place', work.value.said)
    const place = {
      project: work.value.project,
      source: project.path,
      projectName: project.name,
      folder: join(ports.folder, task.id),
      goesOnIn: before.value,
      preface: pull?.preface(!driver.onlyReads && task.worktree?.base === pull.head) ?? '',
      environment: ports.environment,
      // What a person chose for a worktree, git and gh of the host do.
      sandbox: task.request.finish ? null : ports.sandbox,
      offers: (offered: AgentChoices, chosen: Chosen) => {
        if (ports.choices.keep(driver.name, offered)) context.statusChanged()
        if (JSON.stringify(chosen) === JSON.stringify(entry.chosen ?? {})) return
        entry.chosen = chosen
        announce(entry)
      },
      writable: 'project',
      // Putting work away is no agent's doing.
      checks: task.request.finish ? {} : project.checks,
      artifacts: entry.log.artifacts,
    } as const
    const hear = (event: AgentEvent) => entry.log.tell({ ...event, at: clock.now() } as TaskEvent)
    let run: RunEnd
    let isAgain = false
    do {
      entry.session = startSession(context, gate(), driver, task, { ...place, isAgain }, hear)
      await setState(entry, 'working')
      run = await entry.session.ended
      if (closing) return
      isAgain = true
      // What was said while the agent ended its last turn is not lost.
    } while (run.state === 'completed' && entry.hears && task.prompts.length > 0)
    const next =
      task.request.continues || task.request.session ? null : nextRoute(ports.routes, { ...task, ...about }, run)
    if (next) return goOnBy(entry, next, `${driver.title} failed: ${(run.detail ?? run.code ?? '').slice(0, 300)}`)
    entry.hears = false
    if (run.files && run.code) {
      const files = run.files.slice(0, 500).map((file) => file.slice(0, 4_096))
      await memory.record({ type: 'deviated', taskId: task.id, code: run.code, files })
    }
    const left = await ports.worktrees.settle(task)
    if (left.ok && left.value) notice(entry, 'worktree', apart(entry.task.worktree?.branch ?? ''))
    entry.session = null
    await (left.ok || run.state === 'canceled' ? end(entry, run.state, run) : end(entry, 'failed', left))
  }

  /** The task begins anew with another agent; that it does is on the disk first, so that it is so after a restart. */
  async function goOnBy(entry: Running, { name, agent, model }: Route, why: string): Promise<void> {
    entry.session = entry.chosen = null
    await memory.record({ type: 'rerouted', taskId: entry.task.id, route: name, agent, ...(model ? { model } : {}) })
    notice(
      entry,
      'route',
      `${why} Nothing was done yet: route ${name} goes on with ${agent}${model ? `, ${model}` : ''}.`,
    )
    if (isOver(entry)) return
    entry.hears = ports.drivers.find((driver) => driver.name === agent)?.hears === true
    announce(entry)
    return live(entry)
  }

  /** Canceled, or the host agent stops, while its folder was made. */
  function isOver(entry: Running): boolean {
    if (!terminalStates.has(entry.wanted)) return closing
    void ports.worktrees
      .settle(entry.task)
      .catch((error: Error) => log('worktree.failed', { taskId: entry.task.id, reason: error.message }))
    return true
  }

  async function end(entry: Running, state: TaskState, why: { code?: string; detail?: string }): Promise<void> {
    await setState(entry, state, why)
    running.delete(entry.task.id)
    const { finish } = entry.task.request
    ports.worktrees.release(entry.task.id)
    if (entry.task.worktree || finish) context.statusChanged()
    const next = waiting.shift()
    if (next) start(next)
    ports.setBusy(running.size > 0)
  }

  const announce = ({ task, log, chosen }: Running): void =>
    log.tell(titleOf(context, task.request, { chosen, isIsolated: ports.sandbox !== null, ...ports }))

  /** What a person attached is a part of the log: every device sees it. */
  function tellAttached({ log }: Running, attachments: readonly Attachment[] = []): void {
    for (const { name, mime, blob } of attachments)
      log.tell({ type: 'artifact', at: clock.now(), kind: 'image', name, mime, blob })
  }

  function cancel(entry: Running): void {
    entry.session?.cancel()
    cancelWaiting(entry)
  }

  /** Locks first: what comes in meanwhile does not begin. */
  async function stopAll(by: string | null): Promise<number> {
    await setLocked(context, true, by)
    const all = [...running.values()]
    for (const entry of all) cancel(entry)
    ports.listings.stop()
    await gate().withdrawSessions()
    return all.length
  }

  function cancelWaiting(entry: Running): void {
    const at = waiting.indexOf(entry)
    if (at !== -1) waiting.splice(at, 1)
    if (entry.session === null) void end(entry, 'canceled', {})
  }

  return {
    async accept(from, request, statement) {
      if (memory.tasks.has(request.id)) return
      await memory.record({
        type: 'task',
        taskId: request.id,
        from,
        request: statement,
        salt: randomBytes(32).toString('base64url'),
      })
      const task = memory.tasks.get(request.id) as TaskMemory
      const opened = await open(task)
      if (!opened.ok) throw new Error(opened.code)
      void grantTask(context, task)
      announce(opened.value)
      tellAttached(opened.value, request.attachments)
      const halted = memory.isLocked() ? 'host_locked' : whyHalted(context)
      const detail = halted === context.fileProblem?.code && context.fileProblem?.detail
      if (halted) await end(opened.value, 'rejected', { code: halted, ...(detail ? { detail } : {}) })
      else start(opened.value)
    },
    stopAll,
    unsent: () => outboxes.size,
    async input(from, input) {
      if (memory.inputs.has(input.id)) return
      const prompt = input.kind === 'prompt' && input.text ? input.text : undefined
      const { attachments } = input
      const words = prompt === undefined ? {} : { text: prompt, ...(attachments ? { attachments } : {}) }
      await memory.record({ type: 'input', inputId: input.id, taskId: input.task, ...words })
      await hearHostInput(context, from, input, { stopAll, list: ports.listings.ask, resume: gate().resume })
      const entry = running.get(input.task ?? '')
      if (entry) {
        if (input.kind === 'cancel') cancel(entry)
        else if (input.kind === 'resume') await gate().resume(entry.task.id)
        else if (input.kind === 'interrupt') entry.session?.interrupt()
        else if (input.kind === 'set-option' && input.choose)
          await (entry.session?.choose(input.choose) ??
            memory.record({ type: 'chosen', taskId: entry.task.id, chosen: input.choose }))
        else if (prompt !== undefined) {
          entry.log.tell({ type: 'message', at: clock.now(), role: 'person', text: prompt })
          tellAttached(entry, attachments)
          if (!entry.hears) notice(entry, 'unheard', unheard)
        }
      }
    },
    emit(taskId, event) {
      const entry = running.get(taskId)
      if (entry) entry.log.tell(event)
    },
    emitAll(event) {
      for (const entry of running.values()) entry.log.tell(event)
    },
    setOpenQuestions(taskId, count) {
      const entry = running.get(taskId)
      if (entry?.session) void setState(entry, count > 0 ? 'input-required' : 'working')
    },
    async recover() {
      const folders = new Set(await readdir(ports.folder).catch(() => []))
      for (const task of memory.tasks.values()) {
        if (task.process) endLeftover(task.process.pid, task.process.startedAt)
        if (terminalStates.has(task.state) && !folders.has(task.id)) continue
        const opened = await open(task)
        if (!opened.ok) return opened
        const entry = opened.value
        const last = entry.log.outbox.lastState()
        if (terminalStates.has(task.state) || (last !== null && terminalStates.has(last))) {
          entry.wanted = terminalStates.has(task.state) ? task.state : (last as TaskState)
          if (entry.wanted !== task.state) await memory.record({ type: 'state', taskId: task.id, state: entry.wanted })
        } else if (last === null) {
          announce(entry)
          tellAttached(entry, task.request.attachments)
        }
      }
      await ports.worktrees.recover()
      await gate().recover()
      for (const entry of [...running.values()]) {
        if (terminalStates.has(entry.wanted)) running.delete(entry.task.id)
        else {
          if (entry.task.state !== 'submitted') notice(entry, 'restarted', restarted)
          start(entry)
        }
      }
      return { ok: true, value: undefined }
    },
    resume() {
      for (const outbox of outboxes.values()) outbox.resume()
    },
    async close() {
      closing = true
      for (const { session, log } of running.values()) {
        session?.abandon()
        log.release()
      }
      for (const outbox of outboxes.values()) await outbox.flush()
      for (const outbox of outboxes.values()) await outbox.close()
    },
  }
}
