import { visible } from '#client/display.ts'
import { openTeamPin } from '#host-agent/team-pin.ts'
import { refused } from '#protocol/errors.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { presentKeys, type TeamKey } from '#trust/team-state.ts'
import type { AddVerb } from './verb.ts'

/** `countersign team show`: the team as this host knows it, by its verified trust log. */
export const addTeamShow: AddVerb = (program, run) => {
  program
    .command('show')
    .description('on a host: who may approve what, and since when')
    .option('--json', 'one JSON object a line')
    .action((_options, command) =>
      run(command, async ({ home }, output) => {
        const pin = await openTeamPin(nodeCrypto, home.host)
        if (!pin.ok) return pin
        const state = pin.value.state()
        if (!state) return refused('not_paired')
        const names = pin.value.names()
        output.fact(
          'team',
          { team: state.teamId, entries: state.entries.length },
          `${state.teamId}, ${state.entries.length} entries in its trust log`,
        )
        for (const key of presentKeys(state)) {
          const { kid } = key.keys
          const { label = '', person = '' } = names[kid] ?? {}
          output.fact(
            key.kind,
            { kid, label, person, ...(key.rights ?? {}), passkey: key.passkey !== null, since: key.addedAt },
            `${key.kind.padEnd(6)}  ${kid}  ${visible(label)}${person === '' ? '' : ` (${visible(person)})`}  ${rights(key)}since ${new Date(key.addedAt).toISOString()}`,
          )
        }
        return null
      }),
    )
}

function rights({ rights, passkey }: TeamKey): string {
  if (!rights) return ''
  const hosts = rights.hosts === '*' ? 'every host' : `${rights.hosts.length} hosts`
  return `${rights.role}, up to tier ${rights.maxTier} on ${hosts}${passkey ? ', has a passkey' : ''}, `
}
