import type { Input } from '#protocol/statements/task.ts'
import type { HostContext } from '../context.ts'
import { revokeRule } from '../policy/standing-rules.ts'
import type { Listings } from '../sessions/listings.ts'
import { nameDevice } from '../team/name-device.ts'
import { nameHost } from '../team/name-host.ts'

/** What a device (`from`) says about the host itself; what concerns a task is not for it. */
export async function hearHostInput(
  context: HostContext,
  from: string,
  input: Input,
  {
    stopAll,
    list,
    resume,
  }: { stopAll(by: string): Promise<number>; list: Listings['ask']; resume(session: string): Promise<void> },
): Promise<void> {
  if (input.kind === 'stop-all') await stopAll(from)
  else if (input.kind === 'revoke-rule') await revokeRule(context, input.text ?? '')
  else if (input.kind === 'resume' && input.task === null) await resume(input.text ?? '')
  else if (input.kind === 'name-device') await nameDevice(context, from, input.name)
  else if (input.kind === 'name-host') await nameHost(context, from, input.text ?? '')
  else if (input.kind === 'list-sessions') list(input.id, input.list ?? {})
}
