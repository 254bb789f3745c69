import type { Result } from '#protocol/errors.ts'
import { ok } from '#protocol/errors.ts'
import { kidOfHost } from '#protocol/ids.ts'
import type { TaskView } from '#protocol/records.ts'
import { openGrant } from '#trust/task-key.ts'
import type { Context } from './context.ts'
import { readTaskRecord } from './task-record.ts'

/** The keys of a task's log by epoch, as far as this device was given them. Only grants from the task's own host count. */
export async function taskKeys(context: Context, { head, grants }: TaskView): Promise<ReadonlyMap<number, string>> {
  const keys = new Map<number, string>()
  const own = await readTaskRecord(context.store, head.id)
  if (own?.taskKey !== undefined) keys.set(0, own.taskKey)
  for (const grant of grants) {
    if (grant.kid !== context.keys.keys.kid || grant.from !== kidOfHost(head.hostId) || keys.has(grant.epoch)) continue
    const opened = await openGrant(context.crypto, context.keys, head.id, grant)
    if (opened.ok) keys.set(grant.epoch, opened.value)
  }
  return keys
}

/** The task's row. Errors: `task_not_found` and those of the call. */
export async function readTask(context: Context, id: string): Promise<Result<TaskView>> {
  const view = await context.relay.call('task.read', { params: { id } })
  return view.ok ? ok(view.value) : view
}
