import { visible } from '#client/display.ts'
import type { HostSummary } from '#client/list-hosts.ts'
import { asDevice } from '../terminal-device.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign hosts`: the team's hosts, what each is and can, and whether it is there. */
export const addHosts: AddVerb = (program, run) => {
  program
    .command('hosts')
    .description('show the team’s hosts: whether each is there, its projects and agents')
    .option('--json', 'one JSON object a line')
    .action((_options, command) =>
      run(command, ({ home }, output) =>
        asDevice(home, async (device) => {
          const hosts = await device.hosts()
          if (!hosts.ok) return hosts
          for (const host of hosts.value) {
            const { hostId, online, lastSeenAt, status, witness } = host
            const {
              projects = [],
              agents = [],
              paused = [],
              sandbox = null,
              locked = false,
              diskFull = false,
            } = status ?? {}
            const fields = {
              host: hostId,
              name: status?.name ?? null,
              online,
              lastSeenAt,
              sandbox,
              locked,
              diskFull,
              projects,
              agents,
              paused,
            }
            output.fact('host', { ...fields, ...(witness ? { witness } : {}) }, wordsOf(host).join('\n'))
          }
          if (hosts.value.length === 0) output.hint('There is no host yet: on one, countersign pair')
          return null
        }),
      ),
    )
}

function wordsOf({ hostId, online, lastSeenAt, status, witness }: HostSummary): string[] {
  const seen = online
    ? 'there now'
    : lastSeenAt === null
      ? 'never there'
      : `last seen ${new Date(lastSeenAt).toISOString()}`
  if (!status) return [`${hostId}  ${seen}`]
  const states = [
    status.sandbox,
    ...(status.locked ? ['LOCKED'] : []),
    ...(status.diskFull ? ['DISK FULL'] : []),
    ...(status.frozen ? ['FROZEN'] : []),
    ...(status.fileProblem === undefined ? [] : [`FILE INVALID: ${visible(status.fileProblem)}`]),
  ]
  return [
    `${hostId}  ${visible(status.name)}  ${seen}  ${states.join(', ')}`,
    ...status.projects.map(({ path, name }) => `  project  ${visible(name)}  ${visible(path)}`),
    ...status.agents.map(
      ({ name, title }) =>
        `  agent    ${visible(name)}  ${visible(title)}${name === status.defaultAgent ? '  (default)' : ''}`,
    ),
    ...(status.paused ?? []).map(
      ({ session, agent, project }) => `  paused   ${session}  ${visible(agent)}  ${visible(project)}`,
    ),
    ...(witness && 'broken' in witness && witness.broken
      ? ['  ALARM    its audit chain is not the one that this device has seen']
      : []),
  ]
}
