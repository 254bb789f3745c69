import { ok, type Result, refused } from '#protocol/errors.ts'
import type { InboxItem } from '#protocol/records.ts'
import type { TeamState } from '#trust/trust-log.ts'
import type { KeyChange } from '../domain/key-change.ts'
import { hostIds, keyChange } from '../domain/key-change.ts'
import type { HttpPorts } from '../ports/ports.ts'
import { closeConnections, connectionsOf } from './removed-keys.ts'
import { inboxFrame, tellDevices, tellHost } from './tell.ts'

type Tell = { hostId: string; item: InboxItem }[]

/** Writes what has become of a trust log, whose last entry is `n`, with the keys that it lets in; ends the connections of who is out, and tells everybody. Error: `trust_head_moved`. */
export async function writeTrust(
  ports: HttpPorts,
  teamId: string,
  { before, after, n, entry }: { before: TeamState; after: TeamState; n: number; entry: string },
  write: (change: KeyChange, tell: Tell) => Promise<'done' | 'moved'>,
): Promise<Result<{ n: number }>> {
  const { teams, devices, clock, newInboxId } = ports
  const now = clock.now()
  const change = keyChange(before, after)
  const leaving = await connectionsOf(ports, teamId, change.remove)
  const tell = hostIds(after).map((hostId) => {
    const item: InboxItem = { kind: 'trust', id: newInboxId(now), n, entry, at: now }
    return { hostId, item }
  })
  if ((await write(change, tell)) === 'moved')
    return (await teams.entries(teamId, n, 1))[0] === entry ? ok({ n }) : refused('trust_head_moved')
  await Promise.all([
    closeConnections(ports, leaving),
    tellDevices(ports, teamId, await devices.all(teamId), { type: 'trust.appended', n, entry }),
    ...tell.map(({ hostId, item }) => tellHost(ports, { teamId, hostId, hint: null }, inboxFrame(item))),
  ])
  return ok({ n })
}
