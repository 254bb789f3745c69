import type { Device } from '#client/open-device.ts'
import { connectControl } from '#host-agent/control/control-client.ts'
import { refused } from '#protocol/errors.ts'
import { chooseHost } from '../choose-host.ts'
import type { Output } from '../output.ts'
import { asDevice } from '../terminal-device.ts'
import type { AddVerb, Outcome } from '../verb.ts'

/** `countersign stop`: on a host, or from a device with `--host`, ends every task at once and lets none begin. */
export const addStop: AddVerb = (program, run) => {
  program
    .command('stop')
    .description(
      'end every task of this host, or of another with --host, at once and lock it, until countersign unlock there',
    )
    .option('--host <host>', 'from a device: the host that is to stop, by its id or name')
    .option('--json', 'one JSON object a line')
    .action(({ host }: { host?: string }, command) =>
      run(command, async ({ home }, output) => {
        if (host !== undefined) return asDevice(home, (device) => stopHost(device, output, host))
        const control = await connectControl(home.root)
        if (!control.ok) return control
        const { send, events, close } = control.value
        send({ verb: 'stop-all' })
        for await (const { event, ended } of events) {
          if (event !== 'stopped-all') continue
          close()
          output.fact(
            'stopped',
            { locked: true, tasks: ended },
            `${ended} tasks ended. The host is locked: countersign unlock`,
          )
          return null
        }
        return refused('agent_failed', 'The host agent ended.')
      }),
    )
}

async function stopHost(device: Device, output: Output, wanted: string): Promise<Outcome> {
  const host = await chooseHost(device, wanted)
  if (!host.ok) return host
  const { hostId } = host.value
  const sent = await device.sendInput({ hostId, taskId: null, kind: 'stop-all' })
  if (!sent.ok) return sent
  output.fact('sent', { host: hostId, input: sent.value.id, kind: 'stop-all' }, 'Sent: the relay has it for the host.')
  return null
}
