import type { Result } from '#protocol/errors.ts'
import { ok } from '#protocol/errors.ts'
import { kidOfHost } from '#protocol/ids.ts'
import type { TaskHead, TaskView } from '#protocol/records.ts'
import { openBatch } from '#trust/task-key.ts'
import type { Context } from './context.ts'
import { taskKeys } from './task-keys.ts'
import { keepTask, readTaskRecord } from './task-record.ts'

/** `text` is null while it can't be read yet: the host has not granted this device the task's key. */
export type TaskSummary = { head: TaskHead; text: string | null }

/** As many as are listed unless more are asked for. */
export const MOST_TASKS = 100

/** The team's tasks, newest first, at most `most`. Errors: those of the call. */
export async function listTasks(
  context: Context,
  { most = MOST_TASKS }: { most?: number } = {},
): Promise<Result<TaskSummary[]>> {
  const views: TaskView[] = []
  let after: string | undefined
  do {
    const page = await context.relay.call('tasks.list', { query: after === undefined ? {} : { after } })
    if (!page.ok) return page
    views.push(...page.value.tasks)
    after = page.value.next ?? undefined
  } while (after !== undefined && views.length < most)
  views.sort((a, b) => b.head.createdAt - a.head.createdAt)
  return ok(
    await Promise.all(
      views.slice(0, most).map(async (view) => ({ head: view.head, text: await textOf(context, view) })),
    ),
  )
}

/** The words of a task: kept where this device asked or has read it, else in the first batch of its log. */
async function textOf(context: Context, view: TaskView): Promise<string | null> {
  const { id, hostId, createdAt } = view.head
  const known = await readTaskRecord(context.store, id)
  if (known) return known.text
  const team = context.team.state()
  const host = team?.keys.get(kidOfHost(hostId))
  const keys = await taskKeys(context, view)
  if (!team || !host || keys.size === 0) return null
  const page = await context.relay.call('task.events', { params: { id }, query: { after: '0' } })
  const first = page.ok ? page.value.batches[0] : undefined
  const taskKey = first && keys.get(first.sealed.epoch)
  if (!first || taskKey === undefined) return null
  const batch = await openBatch(context.crypto, {
    sealed: first.sealed,
    taskKey,
    hostKey: host.keys.sign,
    team: team.teamId,
  })
  const title = batch.ok ? batch.value.events.find((event) => event.type === 'title') : undefined
  if (title?.type !== 'title') return null
  await keepTask(context.store, { id, hostId, text: title.text, createdAt })
  return title.text
}
