import { rotateKey } from '#client/rotate-key.ts'
import { asDevice, terminalRotation } from '../terminal-device.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign team rotate`: this terminal gives itself new keys and stays who it is. */
export const addTeamRotate: AddVerb = (program, run) => {
  program
    .command('rotate')
    .description('on a terminal that is a device: make new keys for it; the old ones count for nothing from then on')
    .option('--json', 'one JSON object a line')
    .action((_options: object, command) =>
      run(command, ({ home }, output) =>
        asDevice(home, async (device) => {
          const rotation = await terminalRotation(home)
          if (!rotation.ok) return rotation
          const rotated = await rotateKey(device, rotation.value)
          if (!rotated.ok) return rotated
          const { kid } = rotated.value
          output.fact('rotated', { before: device.kid, kid }, `This terminal has new keys: ${kid}`)
          return null
        }),
      ),
    )
}
