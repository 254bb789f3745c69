import { limits } from '#protocol/limits.ts'
import { terminalStates } from '#protocol/records.ts'
import { makeGrant, newTaskKey } from '#trust/task-key.ts'
import { devicesOf } from '#trust/trust-log.ts'
import type { HostContext } from '../context.ts'
import type { TaskMemory } from '../journal/memory.ts'

/**
 * Gives every device of the team the keys of the tasks it may read: open ones and those of the last 30 days. When a device that had a
 * key was removed, an open task gets a new one first. Quietly tries again at the next call where the relay could not be reached.
 */
export async function grantTaskKeys(context: HostContext): Promise<void> {
  const since = context.clock.now() - limits.retentionMs
  for (const task of context.memory.tasks.values()) {
    if (terminalStates.has(task.state) && task.startedAt < since) continue
    await rotateKey(context, task)
    await grantTask(context, task)
  }
}

async function rotateKey({ team, memory, crypto }: HostContext, task: TaskMemory): Promise<void> {
  const state = team.state()
  const newest = task.keys.at(-1)
  if (!state || !newest || terminalStates.has(task.state)) return
  const present = new Set(devicesOf(state).map(({ keys }) => keys.kid))
  if ([...newest.kids].every((kid) => present.has(kid))) return
  await memory.record({ type: 'task-key', taskId: task.id, epoch: newest.epoch + 1, taskKey: newTaskKey(crypto) })
}

/** Seals the keys of one task for the devices that do not have them yet. */
export async function grantTask(
  { team, memory, crypto, keys, relay, log }: HostContext,
  task: TaskMemory,
): Promise<void> {
  const state = team.state()
  if (!state) return
  for (const { epoch, taskKey, kids } of task.keys) {
    const missing = devicesOf(state).filter((device) => !kids.has(device.keys.kid))
    if (missing.length === 0) continue
    const grants = await Promise.all(
      missing.map((device) => makeGrant(crypto, { from: keys, to: device.keys, taskId: task.id, epoch, taskKey })),
    )
    const answer = await relay.call('task.grant', { params: { id: task.id }, body: { grants } })
    if (answer.ok)
      await memory.record({ type: 'grants', taskId: task.id, epoch, kids: missing.map((device) => device.keys.kid) })
    else log('grant.refused', { code: answer.code, taskId: task.id })
  }
}
