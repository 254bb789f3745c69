import type { SocketPorts } from '../ports/ports.ts'
import { tellHostChanged } from './host-view.ts'
import type { SocketAnswer, SocketEvent } from './pipeline/socket.ts'
import { callerOf } from './pipeline/socket.ts'

/** `$disconnect`: best effort, so nothing relies on it; a connection that was not taken off is found closed when it is told something. */
export async function disconnect(event: SocketEvent, ports: SocketPorts): Promise<SocketAnswer> {
  const { devices, hosts, clock } = ports
  const caller = callerOf(event)
  const { connectionId } = event.requestContext
  if (caller?.role === 'device') await devices.disconnected(caller.teamId, caller.kid, connectionId, clock.now())
  if (caller?.role === 'host') {
    const { teamId, hostId } = caller
    const now = clock.now()
    if (await hosts.disconnected(teamId, hostId, connectionId, now)) {
      const status = await hosts.status(teamId, hostId)
      await tellHostChanged(ports, teamId, { hostId, online: false, lastSeenAt: now, status })
    }
  }
  return { statusCode: 200 }
}
