import type { Input } from '#protocol/statements/task.ts'
import type { HostContext } from './context.ts'
import { nameDevice } from './name-device.ts'
import { revokeRule } from './standing-rules.ts'

/** What a device (`from`) says about the host itself; what concerns a task is not for it. */
export async function hearHostInput(
  context: HostContext,
  from: string,
  input: Input,
  { stopAll }: { stopAll(by: string): Promise<number> },
): Promise<void> {
  if (input.kind === 'stop-all') await stopAll(from)
  else if (input.kind === 'revoke-rule') await revokeRule(context, input.text ?? '')
  else if (input.kind === 'name-device') await nameDevice(context, from, input.name)
}
