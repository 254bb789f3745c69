import { acknowledgeInbox } from './acknowledge-inbox.ts'
import { appendTask } from './append-task.ts'
import type { FrameHandlers } from './pipeline/frames.ts'
import { syncConnection } from './sync-connection.ts'
import { unwatchTask } from './unwatch-task.ts'
import { watchTask } from './watch-task.ts'

/** Every frame with its verb: a new frame does not compile until it is handled. */
export const frameHandlers: FrameHandlers = {
  'connection.sync': syncConnection,
  'inbox.ack': acknowledgeInbox,
  'task.append': appendTask,
  'task.watch': watchTask,
  'task.unwatch': unwatchTask,
}
