import * as z from 'zod/mini'
import { Millis, text } from '../encoding.ts'
import { HostId, TaskId, TeamId } from '../ids.ts'

/** That a task is over: `countersign.ended`, signed by its host, pushed to the devices of who asked for it. `title`: the beginning of its first line, without secrets. */
export const TaskEnded = z.strictObject({
  v: z.literal(1),
  aud: TeamId,
  host: HostId,
  task: TaskId,
  state: z.enum(['completed', 'failed', 'rejected']),
  title: text(200),
  project: text(80),
  iat: Millis,
})
export type TaskEnded = z.infer<typeof TaskEnded>
