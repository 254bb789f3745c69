import { ok, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import { fitFrame } from '../domain/fit-frame.ts'
import { tellHostChanged, viewHost } from './host-view.ts'
import type { FrameHandler } from './pipeline/frames.ts'

/** Makes this connection the one that is told. A host gets what waits for it with the answer. */
export const syncConnection: FrameHandler<'connection.sync'> = async ({ id }, { caller, connectionId }, ports) => {
  const { devices, hosts, inbox, clock } = ports
  const { teamId } = caller
  const time = clock.now()
  if (caller.role === 'device') {
    if (!(await devices.synced(teamId, caller.kid, connectionId, time))) return refused('key_unknown')
    return ok({ type: 'connection.synced', re: id, connectionId, time, inbox: [], more: false })
  }
  const { hostId } = caller
  if (!(await hosts.synced(teamId, hostId, connectionId, time))) return refused('key_unknown')
  const [waiting, status] = await Promise.all([
    inbox.page(teamId, hostId, null, limits.pageItems),
    hosts.status(teamId, hostId),
  ])
  const { items, more } = fitFrame(waiting.items)
  const row = { hostId, connectionId, connections: [], lastSeenAt: time }
  await tellHostChanged(ports, teamId, await viewHost(ports, row, status))
  return ok({ type: 'connection.synced', re: id, connectionId, time, inbox: items, more: more || waiting.more })
}
