import type { KeyChange } from '../domain/key-change.ts'
import type { SocketPorts } from '../ports/ports.ts'

/** Every connection that a removed key has open; to be read before its items are deleted. */
export async function connectionsOf(
  { devices, hosts }: Pick<SocketPorts, 'devices' | 'hosts'>,
  teamId: string,
  removed: KeyChange['remove'],
): Promise<string[]> {
  const ids = await Promise.all(
    removed.map(async ({ kind, kid }) => {
      if (kind === 'host') return (await hosts.get(teamId, `hst_${kid}`))?.connections ?? []
      const row = await devices.get(teamId, kid)
      return row ? [...row.connections, ...row.opening] : []
    }),
  )
  return ids.flat()
}

/** A removed key is let in nowhere again; what it has open ends now. */
export async function closeConnections(
  { connections }: Pick<SocketPorts, 'connections'>,
  ids: string[],
): Promise<void> {
  await Promise.all(ids.map((id) => connections.close(id)))
}
