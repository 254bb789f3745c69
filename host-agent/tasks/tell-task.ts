import { isErrorCode } from '#protocol/errors.ts'
import { type TaskState, terminalStates } from '#protocol/records.ts'
import type { Attachment } from '#protocol/statements/attachment.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import type { HostContext } from '../context.ts'
import type { RunningTask } from './running-task.ts'
import type { TasksPorts } from './tasks-ports.ts'
import { titleOf } from './title-of.ts'

export type TaskTeller = ReturnType<typeof createTaskTeller>

/** What the host itself says in a task's log: what it is, which state it is in, and what a person should know. */
export function createTaskTeller(context: HostContext, ports: TasksPorts) {
  const { memory, clock } = context

  const notice = (entry: RunningTask, code: string, text: string) =>
    entry.log.tell({ type: 'notice', at: clock.now(), code, text })

  /** The log's word comes first: after a crash in between, the journal follows it. */
  async function setState(
    entry: RunningTask,
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

  const announce = ({ task, log, chosen }: RunningTask): void =>
    log.tell(titleOf(context, task.request, { chosen, isIsolated: ports.sandbox !== null, ...ports }))

  /** What a person attached is a part of the log: every device sees it. */
  function tellAttached({ log }: RunningTask, attachments: readonly Attachment[] = []): void {
    for (const { name, mime, blob } of attachments)
      log.tell({ type: 'artifact', at: clock.now(), kind: 'image', name, mime, blob })
  }

  return { notice, setState, announce, tellAttached }
}
