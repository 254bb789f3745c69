import type { Input } from '#protocol/statements/task.ts'
import { isOwner } from '#trust/team-state.ts'
import type { HostContext } from '../context.ts'

/** Keeps what people call a device, for everybody to be told. A device may name itself, an owner's device any of the team; other words are dropped. */
export async function nameDevice(
  { team, statusChanged }: HostContext,
  from: string,
  name: Input['name'],
): Promise<void> {
  const keys = team.state()?.keys
  if (!name || keys?.get(name.kid)?.kind !== 'device') return
  if (from !== name.kid && !isOwner(keys.get(from))) return
  await team.name(name.kid, name.label, name.person)
  statusChanged()
}
