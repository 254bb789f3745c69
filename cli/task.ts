import type { HostSummary } from '#client/list-hosts.ts'
import { listHosts } from '#client/list-hosts.ts'
import type { Device } from '#client/open-device.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { showEvent } from './show-event.ts'
import { asDevice } from './terminal-device.ts'
import type { AddVerb } from './verb.ts'

type Options = { host?: string; project?: string; agent?: string; plan?: boolean; inPlace?: boolean; follow?: boolean }

/** `countersign task`: asks a host for a piece of work; with `--follow` its log until it ends, and success only for `completed`. */
export const addTask: AddVerb = (program, run) => {
  program
    .command('task')
    .description('ask a host for a piece of work')
    .argument('<text...>', 'what to do, in your own words (with the command agent: the command line)')
    .option('--host <host>', 'id or name of the host; needed when the team has more than one')
    .option('--project <project>', 'path or name of one of the host’s projects; default: its first')
    .option('--agent <name>', 'which of the host’s agents; default: the host’s')
    .option('--plan', 'see and approve its plan before it changes anything')
    .option('--in-place', 'work in the project’s folder; else an agent works on a branch, in a folder of its own')
    .option('--follow', 'show what happens until the task ends; exit code 0 only when it is completed')
    .option('--json', 'one JSON object a line')
    .action((words: string[], options: Options, command) =>
      run(command, (world, output) =>
        asDevice(world.home, async (device) => {
          const host = await chooseHost(device, options.host)
          if (!host.ok) return host
          // A command line is meant for the project as it is, with what is installed and built there.
          const agent = options.agent ?? host.value.status?.defaultAgent ?? 'command'
          const isAgent = agent !== 'command'
          const submitted = await device.submitTask({
            hostId: host.value.hostId,
            text: words.join(' '),
            ...(options.project === undefined ? {} : { project: options.project }),
            ...(options.agent === undefined ? {} : { agent: options.agent }),
            ...(options.plan ? { planFirst: true } : {}),
            ...(options.inPlace || !isAgent ? {} : { place: 'worktree' as const }),
          })
          if (!submitted.ok) return submitted
          const { id, hostId, state } = submitted.value.head
          output.fact('task', { task: id, host: hostId, state }, `${id} ${state}`)
          if (!options.follow) return null
          device.connect()
          const ended = await device.watchTask({
            taskId: id,
            signal: world.stop,
            onEvents(events, seq) {
              for (const event of events) {
                const { type, ...fields } = event
                output.fact(type, { task: id, seq, ...fields }, showEvent(event))
              }
            },
          })
          if (!ended.ok) return ended
          return ended.value === 'completed' ? null : 'unsuccessful'
        }),
      ),
    )
}

/** By id or by the name that the host gives itself; without a choice the only one. */
async function chooseHost({ context }: Device, wanted: string | undefined): Promise<Result<HostSummary>> {
  const hosts = await listHosts(context)
  if (!hosts.ok) return hosts
  const fitting =
    wanted === undefined
      ? hosts.value
      : hosts.value.filter((host) => host.hostId === wanted || host.status?.name === wanted)
  const [host] = fitting
  if (host && fitting.length === 1) return ok(host)
  const names = hosts.value.map((each) => `${each.status?.name ?? 'unnamed'} ${each.hostId}`).join(', ')
  return refused(
    'host_not_found',
    fitting.length > 1 ? `Choose one with --host: ${names}` : `There are: ${names || 'none'}`,
  )
}
