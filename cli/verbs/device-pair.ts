import { hostname, userInfo } from 'node:os'
import { visible } from '#client/display.ts'
import { pair } from '#client/pair.ts'
import { readLink } from '#trust/pairing.ts'
import { textOption } from '../options.ts'
import { openTerminalDevice } from '../terminal-device.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign device pair LINK`: this terminal becomes a device that can approve. */
export const addDevicePair: AddVerb = (program, run) => {
  const device = program.command('device').description('this terminal as a device that can approve')
  device
    .command('pair')
    .description('pair with the host, or join the team, behind a link; prints the code to type there')
    .argument('<link>', 'the whole link that the host, or an owner’s device, shows')
    .addOption(textOption('--label <text>', 'what others call this device; default: this machine’s name', 80))
    .addOption(textOption('--person <text>', 'your name; default: your login', 80))
    .option('--json', 'one JSON object a line')
    .action((link: string, options: { label?: string; person?: string }, command) =>
      run(command, async (world, output) => {
        const read = readLink(link)
        if (!read.ok) return read
        const opened = await openTerminalDevice(world.home, new URL(read.value.relay).origin)
        if (!opened.ok) return opened
        const paired = await pair(opened.value.context, {
          link,
          label: options.label ?? `${hostname()} (terminal)`.slice(0, 80),
          person: options.person ?? userInfo().username.slice(0, 80),
          onCode: (code) => output.fact('code', { code }, `Type this code at the host: ${code}`),
          signal: world.stop,
        })
        if (!paired.ok) return paired
        const { hostId, name, team } = paired.value
        output.fact(
          'paired',
          { host: hostId, team: team.teamId, device: opened.value.kid, hostName: name },
          hostId === null ? `Joined the team of ${visible(name)}.` : `Paired with ${visible(name)} (${hostId}).`,
        )
        output.hint(
          'This terminal’s keys are a file on this machine: they are as safe as the sandbox keeps them from the agent.',
        )
        return null
      }),
    )
}
