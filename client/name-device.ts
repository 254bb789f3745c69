import { hostIdOf } from '#protocol/ids.ts'
import { hostsOf } from '#trust/trust-log.ts'
import type { Context } from './context.ts'
import { sendInput } from './send-input.ts'

/** Tells every host of the team what people call a device, sealed: the relay learns no names. Kept and sent later where the relay can't be reached. Errors: none; a host that is gone needs no names. */
export async function nameDevice(
  context: Context,
  name: { kid: string; label: string; person: string },
): Promise<void> {
  const team = context.team.state()
  const hosts = team ? hostsOf(team) : []
  await Promise.all(
    hosts.map(({ keys }) =>
      sendInput(context, { hostId: hostIdOf(keys.kid), taskId: null, kind: 'name-device', name, keep: true }),
    ),
  )
}
