import { ok } from '#protocol/errors.ts'
import type { DeviceView } from '#protocol/records.ts'
import type { DeviceRow } from '../ports/devices.ts'
import type { SocketPorts } from '../ports/ports.ts'
import type { HttpHandler } from './pipeline/http.ts'

/** The team's devices as the relay has seen them. The gateway is asked for each connection, since somebody looks. */
export const listDevices: HttpHandler<'devices.list'> = async ({ caller }, ports) => {
  const rows = await ports.devices.all(caller.teamId)
  return ok({ devices: await Promise.all(rows.map((row) => viewDevice(ports, row))) })
}

async function viewDevice(
  { connections }: Pick<SocketPorts, 'connections'>,
  { kid, connections: open, lastSeenAt, subscription }: DeviceRow,
): Promise<DeviceView> {
  const active = (await Promise.all(open.map((id) => connections.lastActiveAt(id)))).filter((at) => at !== null)
  const seen = [...active, ...(lastSeenAt === null ? [] : [lastSeenAt])]
  return {
    kid,
    online: active.length > 0,
    lastSeenAt: seen.length === 0 ? null : Math.max(...seen),
    hasPush: subscription !== null,
  }
}
