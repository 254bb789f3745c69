import { randomBytes } from 'node:crypto'
import type { Driver } from '../agents/driver.ts'
import type { Gate } from '../approvals/gate.ts'
import type { TaskMemory } from '../journal/memory.ts'
import { prefaceOf } from './describe-pull.ts'
import { mayRead } from './may-read.ts'
import { type PullPorts, takePull } from './take-pull.ts'

export type TaskPull = {
  /** The commit at which a worktree of the task begins. */
  head: string
  /** What goes before the person's words. */
  preface(stands: boolean): string
}

/** The pull request that a task is about; null: none. Only for who is told words: a command line is what it is. */
export async function taskPull(
  task: TaskMemory,
  { driver, project }: { driver: Driver; project: { path: string; name: string } },
  gate: Gate,
  ports: Omit<PullPorts, 'mayRead'>,
): Promise<TaskPull | null> {
  if (task.request.finish || !(driver.agent || driver.onlyReads)) return null
  const { salt, request, id: taskId } = task
  const asker = { taskId, session: taskId, salt, project: project.path, projectName: project.name, agent: driver.name }
  const about = { text: request.text, isNew: task.state === 'submitted' }
  const pull = await takePull(about, project.path, { ...ports, mayRead: (names) => mayRead(gate, asker, names) })
  return pull && { head: pull.head, preface: (stands) => prefaceOf(pull, stands, randomBytes(6).toString('hex')) }
}
