import { join } from 'node:path'
import { ok } from '#protocol/errors.ts'
import { type TaskState, terminalStates } from '#protocol/records.ts'
import type { AgentChoices, Chosen } from '#protocol/statements/choices.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import type { Route } from '#protocol/statements/route.ts'
import type { AgentEvent, Driver, RunEnd } from '../agents/driver.ts'
import type { Gate } from '../approvals/gate.ts'
import type { HostContext } from '../context.ts'
import type { Project } from '../projects/projects-file.ts'
import { taskPull } from '../pulls/task-pull.ts'
import { type SessionPlace, startSession } from '../sessions/session.ts'
import { sessionBefore } from '../sessions/session-before.ts'
import { endingWork } from '../worktree/ending-work.ts'
import { firstRequest } from './first-request.ts'
import { nextRoute } from './next-route.ts'
import type { RunningTask } from './running-task.ts'
import { takerOf } from './taker-of.ts'
import type { TasksPorts } from './tasks-ports.ts'
import type { TaskTeller } from './tell-task.ts'
import { whyRoute } from './why-route.ts'

type Around = {
  gate: () => Gate
  teller: TaskTeller
  /** The host agent stops: the task goes on at its next start. */
  isClosing: () => boolean
  end(entry: RunningTask, state: TaskState, why: { code?: string; detail?: string }): Promise<void>
}

/** Who does the task, and in which of the host's projects. */
type Taker = { driver: Driver; project: Project }
type Place = Omit<SessionPlace, 'isAgain'>

const apart = (branch: string) =>
  `Its changes are on the branch ${branch}, apart from the project: choose what becomes of them.`

/** What takes a task from the choice of its agent to its end: by whom, in which folder, its sessions, and what is left of it. */
export function createTaskRun(
  context: HostContext,
  ports: TasksPorts,
  { gate, teller, isClosing, end }: Around,
): (entry: RunningTask) => Promise<void> {
  const { memory, clock, log } = context
  const { notice, setState, announce } = teller

  /** A step that ends the task, or finds it over, answers null. */
  async function run(entry: RunningTask): Promise<void> {
    const taker = await admitTaker(entry)
    const place = taker && (await openPlace(entry, taker))
    const ended = place && (await holdSessions(entry, taker.driver, place))
    if (ended) await putAway(entry, taker, ended)
  }

  async function admitTaker(entry: RunningTask): Promise<Taker | null> {
    const { task } = entry
    const chosen = task.request.finish
      ? endingWork(task.id, task.request.finish, { ...ports, knownSecrets: context.knownSecrets })
      : takerOf(firstRequest(memory.tasks, task.request), ports.drivers, ports.projects)
    if (!chosen.ok) {
      // Killed after the ending and before its last word: the worktree is gone because it was done.
      const isDone = chosen.code === 'work_not_found' && task.state === 'working'
      await end(entry, isDone ? 'completed' : 'rejected', isDone ? {} : chosen)
      return null
    }
    const { driver, project } = chosen.value
    if (task.route !== null && task.state === 'submitted')
      notice(entry, 'route', whyRoute(ports.routes, task.route, { text: task.request.text, project: project.name }))
    ports.setBusy(true)
    const refusal = await ports.admit(driver, (text) => notice(entry, 'agent_unproven', text))
    if (isOver(entry)) return null
    if (!refusal) return chosen.value
    await gate().finish(task.id)
    await end(entry, task.state === 'submitted' ? 'rejected' : 'failed', refusal)
    return null
  }

  async function openPlace(entry: RunningTask, { driver, project }: Taker): Promise<Place | null> {
    const { task } = entry
    const before = await sessionBefore(memory.tasks, ports.worktrees, task, driver)
    if (!before.ok) {
      await end(entry, 'rejected', before)
      return null
    }
    const folder = join(ports.folder, task.id)
    const pull = await taskPull(task, { driver, project }, gate(), {
      folder,
      environment: ports.environment,
      now: clock.now(),
      say: (code, text) => notice(entry, code, text),
    })
    if (isOver(entry)) return null
    const work = driver.onlyReads
      ? ok({ project: project.path, said: null })
      : await ports.worktrees.open(task, project.path, pull?.head ?? null)
    if (isOver(entry)) return null
    if (!work.ok) {
      // What it asked before a restart, nobody waits for any more.
      await gate().finish(task.id)
      await end(entry, 'failed', work)
      return null
    }
    if (work.value.said !== null) notice(entry, 'place', work.value.said)
    return {
      project: work.value.project,
      source: project.path,
      projectName: project.name,
      folder,
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
    }
  }

  async function holdSessions(entry: RunningTask, driver: Driver, place: Place): Promise<RunEnd | null> {
    const { task } = entry
    const hear = (event: AgentEvent) => entry.log.tell({ ...event, at: clock.now() } as TaskEvent)
    for (let isAgain = false; ; isAgain = true) {
      entry.session = startSession(context, gate(), driver, task, { ...place, isAgain }, hear)
      await setState(entry, 'working')
      const ended = await entry.session.ended
      if (isClosing()) return null
      // What was said while the agent ended its last turn is not lost.
      if (ended.state !== 'completed' || !entry.hears || task.prompts.length === 0) return ended
    }
  }

  async function putAway(entry: RunningTask, { driver, project }: Taker, ended: RunEnd): Promise<void> {
    const { task } = entry
    const { request } = task
    const about = { ...task, text: request.text, project: project.name }
    const next = request.continues || request.session ? null : nextRoute(ports.routes, about, ended)
    if (next) return goOnBy(entry, next, `${driver.title} failed: ${(ended.detail ?? ended.code ?? '').slice(0, 300)}`)
    entry.hears = false
    if (ended.files && ended.code) {
      const files = ended.files.slice(0, 500).map((file) => file.slice(0, 4_096))
      await memory.record({ type: 'deviated', taskId: task.id, code: ended.code, files })
    }
    const left = await ports.worktrees.settle(task)
    if (left.ok && left.value) notice(entry, 'worktree', apart(task.worktree?.branch ?? ''))
    entry.session = null
    await (left.ok || ended.state === 'canceled' ? end(entry, ended.state, ended) : end(entry, 'failed', left))
  }

  /** The task begins anew with another agent; that it does is on the disk first, so that it is so after a restart. */
  async function goOnBy(entry: RunningTask, { name, agent, model }: Route, why: string): Promise<void> {
    entry.session = entry.chosen = null
    await memory.record({ type: 'rerouted', taskId: entry.task.id, route: name, agent, ...(model ? { model } : {}) })
    const by = model ? `${agent}, ${model}` : agent
    notice(entry, 'route', `${why} Nothing was done yet: route ${name} goes on with ${by}.`)
    if (isOver(entry)) return
    entry.hears = ports.drivers.find((driver) => driver.name === agent)?.hears === true
    announce(entry)
    return run(entry)
  }

  /** Canceled, or the host agent stops, while its folder was made. */
  function isOver(entry: RunningTask): boolean {
    if (!terminalStates.has(entry.wanted)) return isClosing()
    void ports.worktrees
      .settle(entry.task)
      .catch((error: Error) => log('worktree.failed', { taskId: entry.task.id, reason: error.message }))
    return true
  }

  return run
}
