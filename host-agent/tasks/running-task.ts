import type { TaskState } from '#protocol/records.ts'
import type { Chosen } from '#protocol/statements/choices.ts'
import type { TaskMemory } from '../journal/memory.ts'
import type { Session } from '../sessions/session.ts'
import type { TaskLog } from './task-log.ts'

/** A task that has not ended, as its host holds it. */
export type RunningTask = {
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
