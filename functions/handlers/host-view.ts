import type { Envelope } from '#protocol/envelope.ts'
import type { HostView } from '#protocol/records.ts'
import type { HostRow } from '../ports/hosts.ts'
import type { SocketPorts } from '../ports/ports.ts'
import { tellDevices } from './tell.ts'

/** A host as devices see it: online is the gateway's word at this moment, not a row's, which may be hours old. */
export async function viewHost(
  { connections }: Pick<SocketPorts, 'connections'>,
  { hostId, connectionId, lastSeenAt }: HostRow,
  status: Envelope | null,
): Promise<HostView> {
  const activeAt = connectionId === null ? null : await connections.lastActiveAt(connectionId)
  return { hostId, online: activeAt !== null, lastSeenAt: activeAt ?? lastSeenAt, status }
}

/** Tells the team's devices that a host came, went, or says something else of itself. */
export async function tellHostChanged(ports: SocketPorts, teamId: string, host: HostView): Promise<void> {
  await tellDevices(ports, teamId, await ports.devices.all(teamId), { type: 'host.changed', host })
}
