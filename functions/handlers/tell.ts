import type { FrameDown } from '#protocol/frames.ts'
import type { InboxItem } from '#protocol/records.ts'
import { fitFrame } from '../domain/fit-frame.ts'
import type { DeviceRow } from '../ports/devices.ts'
import type { SocketPorts } from '../ports/ports.ts'

type Tell = Pick<SocketPorts, 'connections' | 'devices' | 'hosts' | 'clock'>

/**
 * Tells a host early what its inbox says. `hint` is a connection that is probably its own; where it is closed, its item says which is.
 * What fails here is told again by the sweep.
 */
export async function tellHost(
  { connections, hosts, clock }: Tell,
  to: { teamId: string; hostId: string; hint: string | null },
  frame: FrameDown,
): Promise<void> {
  if (to.hint !== null && (await connections.post(to.hint, frame)) !== 'gone') return
  const host = await hosts.get(to.teamId, to.hostId)
  const connectionId = host?.connectionId ?? null
  if (connectionId === null || connectionId === to.hint) return
  if ((await connections.post(connectionId, frame)) === 'gone') {
    await hosts.disconnected(to.teamId, to.hostId, connectionId, clock.now())
  }
}

/** The item itself where it fits a frame, else word that something waits. */
export const inboxFrame = (item: InboxItem): FrameDown =>
  fitFrame([item]).more ? { type: 'inbox.waiting' } : { type: 'inbox.added', item }

/** Tells every connected device; forgets connections that are closed. */
export async function tellDevices(
  { connections, devices, clock }: Tell,
  teamId: string,
  rows: readonly DeviceRow[],
  frame: FrameDown,
): Promise<void> {
  const posts = rows.flatMap(({ kid, connections: ids }) => ids.map((id) => ({ kid, id })))
  await Promise.all(
    posts.map(async ({ kid, id }) => {
      if ((await connections.post(id, frame)) === 'gone') await devices.disconnected(teamId, kid, id, clock.now())
    }),
  )
}
