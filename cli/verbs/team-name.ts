import { listHosts } from '#client/list-hosts.ts'
import { nameDevice } from '#client/name-device.ts'
import type { Device } from '#client/open-device.ts'
import { refused } from '#protocol/errors.ts'
import { isOwner } from '#trust/team-state.ts'
import { textOption } from '../options.ts'
import type { Output } from '../output.ts'
import { teamNames } from '../team-names.ts'
import { asDevice } from '../terminal-device.ts'
import type { AddVerb, Outcome } from '../verb.ts'

/** `countersign team name [ID]`: what people call a device, kept by every host and told to everybody; of a host's id, what they call the host. */
export const addTeamName: AddVerb = (program, run) => {
  program
    .command('name')
    .description(
      'on a terminal that is a device: say what it is called, and its person; an owner’s also of any other device, and of a host',
    )
    .argument(
      '[id]',
      'the id of a device, or of a host (hst_…), as countersign team show names it; default: this terminal',
    )
    .addOption(textOption('--label <text>', 'what others call the device or the host', 80))
    .addOption(textOption('--person <text>', 'the name of whose device it is', 80))
    .option('--json', 'one JSON object a line')
    .action((id: string | undefined, { label, person }: { label?: string; person?: string }, command) =>
      run(command, ({ home }, output) =>
        asDevice(home, async (device) => {
          const { context, kid: own } = device
          if (label === undefined && person === undefined) return refused('usage', 'say a name: --label or --person')
          const synced = await context.team.sync(context.relay)
          if (!synced.ok) return synced
          // A host would drop the word without an answer.
          const mayNameAll = isOwner(synced.value.keys.get(own))
          if (id?.startsWith('hst_')) {
            if (!label?.trim() || person !== undefined)
              return refused('usage', 'of a host say a --label, and nothing else')
            return mayNameAll ? nameHost(device, output, id, label) : refused('trust_entry_refused')
          }
          const kid = id ?? own
          const key = synced.value.keys.get(kid)
          if (key?.kind !== 'device' || key.removedAt !== null) return refused('key_not_found')
          if (kid !== own && !mayNameAll) return refused('trust_entry_refused')
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

async function nameHost(device: Device, output: Output, hostId: string, label: string): Promise<Outcome> {
  const sent = await device.sendInput({ hostId, taskId: null, kind: 'name-host', text: label })
  if (!sent.ok) return sent
  output.fact(
    'named',
    { host: hostId, label },
    'The host is told. Everybody sees it once it has heard: countersign hosts',
  )
  return null
}
