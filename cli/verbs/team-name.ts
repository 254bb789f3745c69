import { listHosts } from '#client/list-hosts.ts'
import { nameDevice } from '#client/name-device.ts'
import { refused } from '#protocol/errors.ts'
import { isOwner } from '#trust/team-state.ts'
import { textOption } from '../options.ts'
import { teamNames } from '../team-names.ts'
import { asDevice } from '../terminal-device.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign team name [ID]`: what people call a device, kept by every host and told to everybody. */
export const addTeamName: AddVerb = (program, run) => {
  program
    .command('name')
    .description(
      'on a terminal that is a device: say what it is called, and its person; an owner’s also of any other device',
    )
    .argument('[id]', 'the device’s id, as countersign team show names it; default: this terminal')
    .addOption(textOption('--label <text>', 'what others call the device', 80))
    .addOption(textOption('--person <text>', 'the name of whose device it is', 80))
    .option('--json', 'one JSON object a line')
    .action((id: string | undefined, { label, person }: { label?: string; person?: string }, command) =>
      run(command, ({ home }, output) =>
        asDevice(home, async ({ context, kid: own }) => {
          if (label === undefined && person === undefined) return refused('usage', 'say a name: --label or --person')
          const kid = id ?? own
          const synced = await context.team.sync(context.relay)
          if (!synced.ok) return synced
          const key = synced.value.keys.get(kid)
          if (key?.kind !== 'device' || key.removedAt !== null) return refused('key_not_found')
          // A host would drop the word without an answer.
          if (kid !== own && !isOwner(synced.value.keys.get(own))) return refused('trust_entry_refused')
          const hosts = await listHosts(context)
          if (!hosts.ok) return hosts
          const before = teamNames(hosts.value)[kid]
          const name = { kid, label: label ?? before?.label ?? '', person: person ?? before?.person ?? '' }
          await nameDevice(context, name)
          output.fact(
            'named',
            name,
            `The hosts are told. Everybody sees it once they have heard: countersign team show`,
          )
          return null
        }),
      ),
    )
}
