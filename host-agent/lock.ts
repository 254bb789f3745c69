import type { HostContext } from './context.ts'

/**
 * Locks the host, or unlocks it: while it is locked every new task is rejected (`host_locked`). Only somebody at the host unlocks it. Durable before it resolves. Says false
 * when it was so already. `by` is the device that asked, null: somebody at the host.
 */
export async function setLocked(
  { memory, statusChanged }: Pick<HostContext, 'memory' | 'statusChanged'>,
  locked: boolean,
  by: string | null,
): Promise<boolean> {
  if (memory.isLocked() === locked) return false
  await memory.record({ type: 'locked', locked, by })
  statusChanged()
  return true
}
