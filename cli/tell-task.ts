import type { SendInput } from '#client/send-input.ts'
import type { Output } from './output.ts'
import { asDevice } from './terminal-device.ts'
import type { Outcome, World } from './verb.ts'

/** Tells a task's host something about the task. Success when the relay has it: the host acts on it when it is there. */
export function tellTask(
  { home }: World,
  output: Output,
  input: Pick<SendInput, 'kind' | 'text'> & { taskId: string },
): Promise<Outcome> {
  return asDevice(home, async (device) => {
    const task = await device.task(input.taskId)
    if (!task.ok) return task
    const sent = await device.sendInput({ ...input, hostId: task.value.head.hostId })
    if (!sent.ok) return sent
    output.fact(
      'sent',
      { task: input.taskId, input: sent.value.id, kind: input.kind },
      'Sent: the relay has it for the host.',
    )
    return null
  })
}
