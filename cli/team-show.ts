import { visible } from '#client/display.ts'
import { openTeamPin } from '#host-agent/team-pin.ts'
import { refused } from '#protocol/errors.ts'
import type { DeviceView } from '#protocol/records.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { presentKeys, type TeamKey } from '#trust/team-state.ts'
import { devicesSeen } from './devices-seen.ts'
import type { AddVerb } from './verb.ts'

/** `countersign team show`: the team as this host knows it, by its verified trust log. */
export const addTeamShow: AddVerb = (program, run) => {
  program
    .command('show')
    .description('on a host: who may approve what, since when, and when each was last there')
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
        const fork = pin.value.fork()
        if (fork)
          output.fact(
            'fork',
            { n: fork.n, at: fork.at },
            `FROZEN: owners have signed two different entries ${fork.n}. Nothing is approved any more. Find out which device signed the other one, then: countersign team reset`,
          )
        for (const { kid, at } of pin.value.unpaired())
          output.fact('unpaired', { kid, at }, `unpaired  ${kid}  at this host, since ${new Date(at).toISOString()}`)
        const seen = await devicesSeen(home, pin.value)
        for (const key of presentKeys(state)) {
          const { kid } = key.keys
          const { label = '', person = '' } = names[kid] ?? {}
          const view = seen?.get(kid)
          output.fact(
            key.kind,
            {
              kid,
              label,
              personName: person,
              ...(key.rights ?? {}),
              passkey: key.passkey !== null,
              since: key.addedAt,
              ...(view ? { lastSeen: view.lastSeenAt, online: view.online } : {}),
            },
            `${key.kind.padEnd(6)}  ${kid}  ${visible(label)}${person === '' ? '' : ` (${visible(person)})`}  ${rights(key)}since ${new Date(key.addedAt).toISOString()}${view ? `, ${lastSeen(view)}` : ''}`,
          )
        }
        return null
      }),
    )
}

const lastSeen = ({ online, lastSeenAt }: DeviceView): string =>
  online ? 'there now' : lastSeenAt === null ? 'never there' : `last seen ${new Date(lastSeenAt).toISOString()}`

function rights({ rights, passkey }: TeamKey): string {
  if (!rights) return ''
  const hosts = rights.hosts === '*' ? 'every host' : `${rights.hosts.length} hosts`
  return `${rights.role}, up to tier ${rights.maxTier} on ${hosts}${passkey ? ', has a passkey' : ''}, `
}
