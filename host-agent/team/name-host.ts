import { HostStatus } from '#protocol/statements/status.ts'
import { isOwner } from '#trust/team-state.ts'
import type { HostContext } from '../context.ts'

/** Keeps what people call this host, for everybody to be told. Only an owner's device names a host; other words, none and too many are dropped. */
export async function nameHost(
  { keys, team, statusChanged }: Pick<HostContext, 'keys' | 'team' | 'statusChanged'>,
  from: string,
  words: string,
): Promise<void> {
  const name = words.trim()
  if (!isOwner(team.state()?.keys.get(from)) || name === '' || !HostStatus.shape.name.safeParse(name).success) return
  await team.name(keys.keys.kid, name, '')
  statusChanged()
}

/** What this host is called: what an owner has named it since goes before the name that it was started with. */
export const hostName = ({ keys, team }: Pick<HostContext, 'keys' | 'team'>, first: string): string =>
  team.names()[keys.keys.kid]?.label ?? first
