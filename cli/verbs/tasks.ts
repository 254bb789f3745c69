import { visible } from '#client/display.ts'
import { listHosts } from '#client/list-hosts.ts'
import { chooseHost } from '../choose-host.ts'
import { countOption } from '../options.ts'
import { asDevice } from '../terminal-device.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign tasks`: the team's tasks, newest first. */
export const addTasks: AddVerb = (program, run) => {
  program
    .command('tasks')
    .description('show the team’s tasks, newest first')
    .option('--host <host>', 'only those of this host, by its id or name')
    .addOption(countOption('--most <n>', 'how many at most', 20))
    .option('--json', 'one JSON object a line')
    .action(({ host: wanted, most }: { host?: string; most: number }, command) =>
      run(command, ({ home }, output) =>
        asDevice(home, async (device) => {
          const host = wanted === undefined ? null : await chooseHost(device, wanted)
          if (host?.ok === false) return host
          const tasks = await device.tasks({ most: host ? 1_000 : most })
          if (!tasks.ok) return tasks
          const hosts = await listHosts(device.context)
          const nameOf = (id: string) =>
            (hosts.ok && hosts.value.find(({ hostId }) => hostId === id)?.status?.name) || id
          const shown = tasks.value.filter(({ head }) => !host || head.hostId === host.value.hostId).slice(0, most)
          for (const { head, text } of shown)
            output.fact(
              'task',
              {
                task: head.id,
                host: head.hostId,
                state: head.state,
                text,
                createdAt: head.createdAt,
                updatedAt: head.updatedAt,
              },
              `${head.id}  ${head.state.padEnd(14)}  ${new Date(head.createdAt).toISOString()}  ${visible(nameOf(head.hostId))}  ${visible((text ?? 'sealed for other devices').slice(0, 120))}`,
            )
          if (shown.length === 0) output.hint('There are no tasks yet: countersign task TEXT')
          return null
        }),
      ),
    )
}
