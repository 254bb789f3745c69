import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Result } from '#protocol/errors.ts'
import { type TaskState, terminalStates } from '#protocol/records.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import type { Input, TaskRequest } from '#protocol/statements/task.ts'
import { endLeftover } from '../agents/process-group.ts'
import type { Gate } from '../approvals/gate.ts'
import type { HostContext } from '../context.ts'
import type { TaskMemory } from '../journal/memory.ts'
import { setLocked } from '../lock.ts'
import { hearHostInput } from '../relay/hear-host-input.ts'
import type { Outbox } from '../relay/outbox.ts'
import { whyHalted } from '../team/why-halted.ts'
import { firstRequest } from './first-request.ts'
import { grantTask } from './grants.ts'
import { createTaskRun } from './run-task.ts'
import type { RunningTask } from './running-task.ts'
import { takerOf } from './taker-of.ts'
import { openTaskLog } from './task-log.ts'
import type { TasksPorts } from './tasks-ports.ts'
import { createEndedTeller } from './tell-ended.ts'
import { createTaskTeller } from './tell-task.ts'

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

const restarted = 'The host agent was restarted; the task goes on.'
const unheard = 'The agent takes nothing more in this task. Go on in another one.'

export function createTasks(context: HostContext, gate: () => Gate, ports: TasksPorts): Tasks {
  const { memory, clock, log } = context
  const running = new Map<string, RunningTask>()
  /** Also of ended tasks, until the relay has all of them. */
  const outboxes = new Map<string, Outbox>()
  const waiting: RunningTask[] = []
  let closing = false
  const tellEnded = createEndedTeller(context)
  const teller = createTaskTeller(context, ports)
  const { notice, setState, announce, tellAttached } = teller
  const run = createTaskRun(context, ports, { gate, teller, isClosing: () => closing, end })

  async function open(task: TaskMemory): Promise<Result<RunningTask>> {
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
    const entry: RunningTask = {
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

  function start(entry: RunningTask): void {
    if ([...running.values()].filter(({ isLive }) => isLive).length >= atOnce) {
      waiting.push(entry)
      return
    }
    entry.isLive = true
    void run(entry).catch((error: Error) => log('task.failed', { taskId: entry.task.id, reason: error.message }))
  }

  async function end(entry: RunningTask, state: TaskState, why: { code?: string; detail?: string }): Promise<void> {
    await setState(entry, state, why)
    running.delete(entry.task.id)
    const { finish } = entry.task.request
    ports.worktrees.release(entry.task.id)
    if (entry.task.worktree || finish) context.statusChanged()
    const next = waiting.shift()
    if (next) start(next)
    ports.setBusy(running.size > 0)
  }

  function cancel(entry: RunningTask): void {
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

  function cancelWaiting(entry: RunningTask): void {
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
