import type { KeyChange } from '../domain/key-change.ts'
import type { SocketPorts } from '../ports/ports.ts'

/** Every connection that a removed key has open; to be read before its items are deleted. */
export async function connectionsOf(
  { devices, hosts }: Pick<SocketPorts, 'devices' | 'hosts'>,
  teamId: string,
  removed: KeyChange['remove'],
): Promise<string[]> {
  const rows = await Promise.all(
    removed.map(({ kind, kid }) => (kind === 'device' ? devices.get(teamId, kid) : hosts.get(teamId, `hst_${kid}`))),
  )
  return rows.flatMap((row) => row?.connections ?? [])
}

/** A removed key is let in nowhere again; what it has open ends now. */
export async function closeConnections(
  { connections }: Pick<SocketPorts, 'connections'>,
  ids: string[],
): Promise<void> {
  await Promise.all(ids.map((id) => connections.close(id)))
}
