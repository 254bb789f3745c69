import { errors } from '#protocol/errors.ts'
import type { Attachment } from '#protocol/statements/attachment.ts'
import type { AgentEvent, Driver } from '../agents/driver.ts'
import { type Picture, readAttachments } from '../artifacts/read-attachments.ts'
import type { HostContext } from '../context.ts'
import type { TaskMemory } from '../journal/memory.ts'

type SessionPrompts = {
  /** What a person said next, for the agent; null: nothing. That the words before it were heard is kept, as it asks for more. */
  next(): string | null
  /** What belongs to the words that the agent is told next. */
  attach(attachments?: readonly Attachment[]): void
  /** The pictures that belong to the words it was told last, once. */
  pictures(): Promise<readonly Picture[]>
}

const unseen =
  'This agent can’t be given what was attached, so it works without. Choose another agent, or say in words what it shows.'

/** What people say to a task at work, one after the other, with what they attached. */
export function sessionPrompts(
  context: HostContext,
  task: TaskMemory,
  driver: Driver,
  tell: (event: AgentEvent) => void,
): SessionPrompts {
  let telling: string | null = null
  let attached: readonly Attachment[] = []

  function attach(attachments: readonly Attachment[] = []): void {
    attached = attachments
    if (attached.length > 0 && !driver.sees) tell({ type: 'notice', code: 'unseen', text: unseen })
  }

  return {
    attach,
    next() {
      if (telling !== null) void context.memory.record({ type: 'heard', taskId: task.id, inputId: telling })
      const [next] = task.prompts
      telling = next?.id ?? null
      attach(next?.attachments)
      return next?.text ?? null
    },
    async pictures() {
      const wanted = attached
      attached = []
      const read = await readAttachments(context, wanted)
      if (read.ok) return read.value
      tell({ type: 'notice', code: read.code, text: `${errors[read.code][1]} (${read.detail ?? ''})` })
      return []
    },
  }
}
