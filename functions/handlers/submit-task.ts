import { ok, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import type { InboxItem, TaskHead } from '#protocol/records.ts'
import { contentHash } from '../domain/content-hash.ts'
import type { HttpHandler } from './pipeline/http.ts'
import { inboxFrame, tellDevices, tellHost } from './tell.ts'

export const submitTask: HttpHandler<'task.submit'> = async ({ caller, body }, ports) => {
  const { hosts, tasks, inbox, devices, clock, newInboxId } = ports
  const { teamId, kid: from } = caller
  const { id, hostId, sealed } = body
  if (sealed.from !== from) return refused('envelope_invalid')
  const [host, waiting] = await Promise.all([hosts.get(teamId, hostId), inbox.count(teamId, hostId, limits.inboxItems)])
  if (!host) return refused('host_not_found')
  if (waiting >= limits.inboxItems) return refused('inbox_full')

  const now = clock.now()
  const head: TaskHead = { id, hostId, from, state: 'submitted', createdAt: now, updatedAt: now }
  const row = { head, contentHash: contentHash({ ...body, from }) }
  const item: InboxItem = { kind: 'task', id: newInboxId(now), taskId: id, from, sealed, at: now }
  if ((await tasks.submit(teamId, row, item)) === 'exists') {
    const before = await tasks.get(teamId, id)
    if (before?.contentHash !== row.contentHash) return refused('id_reused')
    return ok({ head: before.head, grants: await tasks.grants(teamId, id, from) })
  }
  await Promise.all([
    tellHost(ports, { teamId, hostId, hint: host.connectionId }, inboxFrame(item)),
    tellDevices(ports, teamId, await devices.all(teamId), { type: 'task.changed', head }),
  ])
  return ok({ head, grants: [] })
}
