import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { terminalStates } from '#protocol/records.ts'
import type { Memory, TaskMemory } from '../journal/memory.ts'
import { firstRequest } from '../tasks/first-request.ts'
import { countUncommitted } from './count-uncommitted.ts'
import { findRepository } from './find-repository.ts'
import { makeWorktree } from './make-worktree.ts'
import { readWork } from './read-work.ts'
import { removeWorktree } from './remove-worktree.ts'

export type WorktreesPorts = {
  memory: Memory
  /** Where worktrees are kept: outside of every project. */
  folder: string
  /** PATH, by which git is found. */
  path: string
}

/** Where a task works, and a sentence about it for its log; null: there is nothing to say. */
export type WorkPlace = { project: string; said: string | null }

/** The folders and branches that tasks have for themselves, from their start to their ending. */
export type Worktrees = {
  /** The place for a task that begins or goes on after a restart. `head`: the commit at which a new worktree begins; null: the project's own. Errors: `worktree_failed`, `worktree_broken`. */
  open(task: TaskMemory, project: string, head: string | null): Promise<Result<WorkPlace>>
  /** A task that goes on where another ended works in that one's worktree, and its ending is this task's from now on. Errors: `work_not_ended` while it is being ended. */
  take(task: TaskMemory, from: TaskMemory): Promise<Result<void>>
  /** After the task's last turn: a worktree in which nothing changed goes. True: it stays, for an ending. Errors: `worktree_broken`; what is left of it stays too. */
  settle(task: TaskMemory): Promise<Result<boolean>>
  /** Its folder goes and, `with-branch`, its branch. */
  remove(task: TaskMemory, what: 'folder' | 'with-branch'): Promise<void>
  /** The task of this id when its worktree waits for an ending and no other one holds it; held by the task that ends it until `release`. Errors: `work_not_found`, `work_not_ended`. */
  hold(taskId: string, by: string): Result<TaskMemory>
  release(by: string): void
  /** After a start: what a crash left half made goes. */
  recover(): Promise<void>
}

export function createWorktrees({ memory, folder, path }: WorktreesPorts): Worktrees {
  /** Which task ends the worktree of which. */
  const held = new Map<string, string>()

  async function make(task: TaskMemory, project: string, head: string | null): Promise<Result<WorkPlace>> {
    const found = await findRepository(project, path, head ?? 'HEAD')
    if (!found.ok) return found
    if (found.value.is === 'none') return ok({ project, said: `${found.value.why}, so the task works in its folder.` })
    const { top, below, base } = found.value
    const short = task.id.slice(-10).toLowerCase()
    const root = join(folder, short, basename(top))
    const facts = { top, root, project: join(root, below), branch: `countersign/${short}`, base }
    await memory.record({ type: 'worktree', taskId: task.id, is: 'making', ...facts })
    const made = await makeWorktree(facts, path)
    await memory.record({ type: 'worktree', taskId: task.id, is: made.ok ? 'ready' : 'gone', ...facts })
    if (!made.ok) return made
    const uncommitted = await countUncommitted(project, path)
    const left =
      uncommitted === 0 ? '' : ` What is uncommitted in the project (${uncommitted ?? 'unknown'} files) is not in it.`
    return ok({
      project: facts.project,
      said: `The task works apart from the project, on the branch ${facts.branch} from ${base.slice(0, 10)}.${left}`,
    })
  }

  async function remove(task: TaskMemory, what: 'folder' | 'with-branch'): Promise<void> {
    if (!task.worktree) return
    const { is: _before, ...facts } = task.worktree
    await removeWorktree(facts, path, what)
    await memory.record({ type: 'worktree', taskId: task.id, is: 'gone', ...facts })
  }

  return {
    async open(task, project, head) {
      const before = task.worktree
      const { place, session } = firstRequest(memory.tasks, task.request)
      // One that goes on where nothing was changed has no worktree, unless it is about a commit of its own. An agent's session belongs to the folder in which it began.
      const isHere = place !== 'worktree' || session !== undefined || (task.request.continues && head === null)
      if (!before && isHere) return ok({ project, said: null })
      if (before?.is === 'ready') {
        const isThere = await stat(before.project).then(
          (found) => found.isDirectory(),
          () => false,
        )
        return isThere ? ok({ project: before.project, said: null }) : refused('worktree_broken', before.root)
      }
      if (before?.is === 'making') await remove(task, 'with-branch')
      return make(task, project, head)
    },
    async take(task, from) {
      if (from.worktree?.is !== 'ready') return ok(undefined)
      if (held.has(from.id)) return refused('work_not_ended')
      const { is: _before, ...facts } = from.worktree
      // In this order a crash in between leaves it with two, and the next start takes it from the first again.
      if (from.deviated)
        await memory.record({ type: 'deviated', taskId: task.id, ...from.deviated, files: [...from.deviated.files] })
      await memory.record({ type: 'worktree', taskId: task.id, is: 'ready', ...facts })
      await memory.record({ type: 'worktree', taskId: from.id, is: 'gone', ...facts })
      return ok(undefined)
    },
    async settle(task) {
      if (task.worktree?.is !== 'ready') return ok(false)
      const work = await readWork(task.worktree, path)
      if (!work.ok) return work
      if (!work.value.isChanged) await remove(task, 'with-branch')
      return ok(work.value.isChanged)
    },
    remove,
    hold(taskId, by) {
      const task = memory.tasks.get(taskId)
      if (task?.worktree?.is !== 'ready') return refused('work_not_found')
      if (!terminalStates.has(task.state) || held.has(taskId)) return refused('work_not_ended')
      held.set(taskId, by)
      return ok(task)
    },
    release(by) {
      for (const [taskId, holder] of held) if (holder === by) held.delete(taskId)
    },
    async recover() {
      for (const task of memory.tasks.values())
        if (task.worktree?.is === 'making' && terminalStates.has(task.state)) await remove(task, 'with-branch')
    },
  }
}
