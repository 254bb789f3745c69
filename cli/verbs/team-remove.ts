import { removeKey } from '#client/remove-key.ts'
import { asDevice } from '../terminal-device.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign team remove ID`: an owner's terminal takes a lost device, or a host, out of the team. */
export const addTeamRemove: AddVerb = (program, run) => {
  program
    .command('remove')
    .description('on an owner’s terminal: take a lost device, or a host, out of the team')
    .argument('<id>', 'its id, as countersign team show names it')
    .option('--json', 'one JSON object a line')
    .action((id: string, _options: object, command) =>
      run(command, ({ home }, output) =>
        asDevice(home, async ({ context }) => {
          const removed = await removeKey(context, id.replace(/^hst_/, ''))
          if (!removed.ok) return removed
          output.fact('removed', { kid: id, entries: removed.value.entries.length }, `${id} is out of the team.`)
          return null
        }),
      ),
    )
}
