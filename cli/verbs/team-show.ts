import { openTeamPin } from '#host-agent/team/team-pin.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { devicesSeen } from '../devices-seen.ts'
import { showOwnTeam } from '../show-own-team.ts'
import { tellTeam } from '../tell-team.ts'
import { asDevice } from '../terminal-device.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign team show`: the team as this host, or this terminal, knows it, by its verified trust log. */
export const addTeamShow: AddVerb = (program, run) => {
  program
    .command('show')
    .description(
      'who may approve what, since when, and when each was last there: as this host knows it, else as this terminal does',
    )
    .option('--json', 'one JSON object a line')
    .action((_options, command) =>
      run(command, async ({ home }, output) => {
        const pin = await openTeamPin(nodeCrypto, home.host)
        if (!pin.ok) return pin
        const team = pin.value.state()
        if (!team) return asDevice(home, (device) => showOwnTeam(device.context, output))
        tellTeam(output, {
          team,
          names: pin.value.names(),
          fork: pin.value.fork(),
          wayOut: 'countersign team settle',
          leases: null,
          seen: await devicesSeen(home, pin.value),
        })
        for (const { kid, at } of pin.value.unpaired())
          output.fact('unpaired', { kid, at }, `unpaired  ${kid}  at this host, since ${new Date(at).toISOString()}`)
        return null
      }),
    )
}
