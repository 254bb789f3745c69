import { listHosts } from '#client/list-hosts.ts'
import { setRights } from '#client/set-rights.ts'
import { refused } from '#protocol/errors.ts'
import { addRightsFlags, type RightsFlags, rightsFrom } from '../rights-options.ts'
import { asDevice } from '../terminal-device.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign team rights ID`: an owner's terminal gives a device other rights; its person stays. */
export const addTeamRights: AddVerb = (program, run) => {
  addRightsFlags(
    program
      .command('rights')
      .description('on an owner’s terminal: give a device other rights; what is not said stays as it is')
      .argument('<id>', 'its id, as countersign team show names it'),
  )
    .option('--json', 'one JSON object a line')
    .action((kid: string, flags: RightsFlags, command) =>
      run(command, ({ home }, output) =>
        asDevice(home, async ({ context }) => {
          if (!flags.role && flags.maxTier === undefined && !flags.host)
            return refused('usage', 'say what changes: --role, --max-tier or --host')
          const synced = await context.team.sync(context.relay)
          if (!synced.ok) return synced
          const before = synced.value.keys.get(kid)
          if (!before?.rights || before.removedAt !== null) return refused('key_not_found')
          const hosts = await listHosts(context)
          if (!hosts.ok) return hosts
          const { person: _, ...had } = before.rights
          const rights = rightsFrom(had, flags, hosts.value)
          if (!rights.ok) return rights
          const set = await setRights(context, { kid, rights: rights.value })
          if (!set.ok) return set
          const { stands } = set.value
          const { role, maxTier } = rights.value
          output.fact(
            'rights',
            { kid, ...rights.value, stands },
            stands
              ? `${kid} is ${role} now, up to tier ${maxTier}.`
              : `Your word that ${kid} may be ${role} is kept. It takes effect when another owner gives it the same rights.`,
          )
          return null
        }),
      ),
    )
}
